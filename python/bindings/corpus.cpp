#include "corpus.hpp"

#include "arrays.hpp"
#include "bindings.hpp"
#include "execution.hpp"

#include <newsgpu/code_units.hpp>
#include <newsgpu/error.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

constexpr std::int64_t documents_between_polls = 1 << 16;

/// How pandas and NumPy spell a missing text: NaN, pandas.NA or NaT.
bool is_missing(PyObject* item) {
    if (PyFloat_Check(item)) {
        return std::isnan(PyFloat_AS_DOUBLE(item));
    }
    std::string_view const type{Py_TYPE(item)->tp_name};
    return type.ends_with("NAType") || type.ends_with("NaTType");
}

/// A `str` as the core reads it. Its code units are what it holds: PyUnicode_AsUTF8 would leave a cached copy
/// on the caller's string.
unit_text units_of(PyObject* text) {
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(text) != 0) { // its code units could be lacking
        throw py::error_already_set{};
    }
#endif
    auto const unit = PyUnicode_IS_ASCII(text)                       ? code_unit::utf8
                      : PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND ? code_unit::latin1
                      : PyUnicode_KIND(text) == PyUnicode_2BYTE_KIND ? code_unit::ucs2
                                                                     : code_unit::utf32;
    return {PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), unit};
}

/// Objects are asked for so many before they are looked at: some hundred cycles of work on those in between.
constexpr int items_ahead = 32;

/// Documents of a list, or some of an iterator's, with what keeps them alive.
class gathered_texts {
public:
    /// @return false where the document is missing.
    bool add(py::object item, std::int64_t index) {
        auto* const given = item.ptr();
        unit_text text;
        if (PyUnicode_Check(given)) {
            text = units_of(given);
        } else if (PyBytes_Check(given)) {
            text = {PyBytes_AS_STRING(given), PyBytes_GET_SIZE(given), code_unit::utf8};
        } else if (given != Py_None && !is_missing(given)) {
            throw py::type_error{"texts[" + std::to_string(index) + "] must be str, bytes or None, got " +
                                 Py_TYPE(given)->tp_name};
        }
        units_ += text.size;
        texts_.push_back(text);
        held_.push_back(std::move(item));
        return text.units != nullptr;
    }

    std::int64_t units() const { return units_; }

    void reserve(std::size_t num_texts) {
        held_.reserve(num_texts);
        texts_.reserve(num_texts);
    }

    gathered_texts() = default;
    gathered_texts(gathered_texts&&) = default;
    gathered_texts& operator=(gathered_texts&&) = default;
    ~gathered_texts() {
        for (std::size_t i = 0; i < held_.size(); ++i) {
            if (i + items_ahead < held_.size()) {
                __builtin_prefetch(held_[i + items_ahead].ptr(), 1);
            }
            held_[i] = {};
        }
    }

    string_column encode(python_execution& how) const {
        return without_gil(how, [&](execution const& run) { return encode_utf8(texts_, run); });
    }

private:
    std::vector<py::object> held_;
    std::vector<unit_text> texts_;
    std::int64_t units_ = 0;
};

bool is_list_or_tuple(py::handle given) {
    return PyList_CheckExact(given.ptr()) || PyTuple_CheckExact(given.ptr());
}

/// Brings in the item of a list or tuple that is `items_ahead` places behind this one: its header, which may
/// lie in two lines, will be read, and counts one reference more. Strings lie anywhere in memory, and waiting
/// for one after another takes longer than all else that is done while other threads cannot help. Always
/// inlined: GCC leaves out calls of functions that do nothing else.
[[gnu::always_inline]] inline void prefetch_item(py::handle given, std::int64_t index) {
    if (is_list_or_tuple(given) && index + items_ahead < PySequence_Fast_GET_SIZE(given.ptr())) {
        auto const* const header =
            reinterpret_cast<char const*>(PySequence_Fast_GET_ITEM(given.ptr(), index + items_ahead));
        __builtin_prefetch(header, 1);
        __builtin_prefetch(header + sizeof(PyASCIIObject) - 1);
    }
}

void poll_signals(std::int64_t index) {
    if (index % documents_between_polls == 0 && PyErr_CheckSignals() != 0) {
        throw py::error_already_set{};
    }
}

/// (bytes, offsets, validity or None) of an iterable of str, bytes or None, as an Arrow large-string array
/// has them. What can be walked only once is taken in parts, so that its objects need not be there together.
py::tuple encode_texts(py::iterable const& texts, python_execution& how) {
    constexpr std::int64_t units_of_a_part = std::int64_t{1} << 26;
    bool const is_held = is_list_or_tuple(texts);
    std::vector<string_column> parts;
    gathered_texts gathered;
    buffer<std::uint8_t> validity;
    bool any_missing = false;
    std::int64_t index = 0;
    if (is_held) {
        gathered.reserve(py::len(texts));
    }
    for (auto const item : texts) {
        prefetch_item(texts, index);
        if (index % 8 == 0) {
            validity.push_back(0);
        }
        if (gathered.add(py::reinterpret_borrow<py::object>(item), index)) {
            validity.back() = static_cast<std::uint8_t>(validity.back() | 1 << index % 8);
        } else {
            any_missing = true;
        }
        poll_signals(++index);
        if (!is_held && gathered.units() >= units_of_a_part) {
            parts.push_back(std::exchange(gathered, {}).encode(how));
        }
    }
    parts.push_back(gathered.encode(how));
    auto const column = to_numpy(concatenate(std::move(parts)));
    py::object bitmap = py::none();
    if (any_missing) {
        bitmap = to_numpy(std::move(validity));
    }
    return py::make_tuple(column[0], column[1], bitmap);
}

/// Whole numbers in decimal digits, as an Arrow large-string array has them: Arrow's own cast takes two to
/// four times as long.
py::tuple spell_numbers(py::array_t<std::int64_t, py::array::c_style> const& numbers) {
    constexpr std::size_t most_digits = 20, block = 256;
    string_column spelled;
    auto const* const values = numbers.data();
    auto const count = static_cast<std::size_t>(numbers.size());
    spelled.offsets.reserve(count + 1);
    std::size_t end = 0;
    for (std::size_t first = 0; first < count; first += block) {
        auto const last = std::min(count, first + block);
        spelled.bytes.resize(end + (last - first) * most_digits);
        for (auto i = first; i < last; ++i) {
            auto* const to = spelled.bytes.data() + end;
            end += static_cast<std::size_t>(std::to_chars(to, to + most_digits, values[i]).ptr - to);
            spelled.offsets.push_back(static_cast<std::int64_t>(end));
        }
    }
    spelled.bytes.resize(end);
    return to_numpy(std::move(spelled));
}

/// What an iterable gives, a tuple's subclass too.
py::tuple items_of(py::iterable const& texts) {
    auto* const items = PySequence_Tuple(texts.ptr());
    if (items == nullptr) {
        throw py::error_already_set{};
    }
    return py::reinterpret_steal<py::tuple>(items);
}

} // namespace

python_texts::python_texts(py::iterable const& texts) {
    // No signal is looked for in between: its handler could change a list.
    bool const is_list = PyList_CheckExact(texts.ptr());
    strings_ = is_list ? py::tuple{PyList_GET_SIZE(texts.ptr())} : items_of(texts);
    auto const size = PyTuple_GET_SIZE(strings_.ptr());
    if (is_list && PyList_GET_SIZE(texts.ptr()) != size) { // making the tuple may have run the collector
        throw py::value_error{"texts changed while they were read"};
    }
    texts_.reserve(static_cast<std::size_t>(size));
    for (py::ssize_t i = 0; i < size; ++i) {
        prefetch_item(texts, i);
        auto* const given = is_list ? PyList_GET_ITEM(texts.ptr(), i) : PyTuple_GET_ITEM(strings_.ptr(), i);
        if (given != Py_None && !PyUnicode_Check(given)) {
            throw py::type_error{"texts must be str or None, got " + std::string{Py_TYPE(given)->tp_name}};
        }
        texts_.push_back(given == Py_None ? unit_text{} : units_of(given));
        if (is_list) {
            PyTuple_SET_ITEM(strings_.ptr(), i, Py_NewRef(given));
        }
    }
}

python_utf8_texts::python_utf8_texts(py::iterable const& texts, python_execution& how) {
    python_texts const held{texts};
    strings_ = held.strings();
    auto const given = held.texts();
    std::vector<unit_text> others(static_cast<std::size_t>(given.size()));
    bool any_others = false;
    utf8_.reserve(others.size());
    for (std::int64_t i = 0; i < given.size(); ++i) {
        auto const& text = given[i];
        bool const is_utf8 = text.unit == code_unit::utf8;
        utf8_.emplace_back(is_utf8 ? static_cast<char const*>(text.units) : nullptr,
                           is_utf8 ? static_cast<std::size_t>(text.size) : 0);
        others[static_cast<std::size_t>(i)] = is_utf8 ? unit_text{} : text;
        any_others = any_others || !is_utf8;
    }
    if (!any_others) {
        return;
    }
    encoded_ = without_gil(how, [&](execution const& run) { return encode_utf8(others, run); });
    for (std::size_t i = 0; i < others.size(); ++i) {
        if (others[i].units != nullptr) {
            utf8_[i] = encoded_[static_cast<std::int64_t>(i)];
        }
    }
}

python_corpus::python_corpus(bytes_array bytes, offsets_array offsets, std::optional<bytes_array> validity,
                             std::int64_t validity_offset)
    : bytes_{std::move(bytes)}, offsets_{std::move(offsets)}, validity_{std::move(validity)} {
    auto const documents = offsets_.size() - 1;
    if (validity_ && (validity_offset < 0 || validity_->size() * 8 < validity_offset + documents)) {
        throw invalid_input{"validity has fewer bits than there are documents"};
    }
    view_ = corpus_view{{reinterpret_cast<char const*>(bytes_.data()), bytes_.size()},
                        {offsets_.data(), offsets_.size()},
                        validity_ ? validity_->data() : nullptr,
                        validity_offset};
}

python_corpus python_corpus::on(execution const& run) const {
    std::shared_ptr<device_corpus const> made;
    {
        py::gil_scoped_release const released;
        made = std::make_shared<device_corpus const>(view_, run);
    }
    auto moved = *this;
    moved.view_ = made->view();
    moved.on_device_ = std::move(made);
    return moved;
}

python_corpus python_corpus::part(std::int64_t first, std::int64_t count) const {
    auto smaller = *this;
    smaller.view_ = view_.subview(first, count);
    return smaller;
}

std::string python_corpus::device_name() const {
    if (on_device_ == nullptr || on_device_->where() == device::cpu()) {
        return "cpu";
    }
    return "cuda:" + std::to_string(on_device_->where().index);
}

void bind_corpus(py::module_& module) {
    py::class_<python_documents>(module, "Documents").def("__len__", [](python_documents const& held) {
        return held.units().size();
    });
    py::class_<python_utf8_documents, python_documents>(module, "Utf8Documents");
    py::class_<python_texts, python_documents>(module, "TextList")
        .def(py::init<py::iterable const&>(), py::arg("texts"))
        .def_property_readonly("strings", &python_texts::strings);
    py::class_<python_utf8_texts, python_utf8_documents>(module, "Utf8TextList")
        .def(py::init<py::iterable const&, python_execution&>(), py::arg("texts"), py::arg("execution"));
    py::class_<python_corpus, python_utf8_documents>(module, "CorpusView")
        .def(py::init<python_corpus::bytes_array, python_corpus::offsets_array,
                      std::optional<python_corpus::bytes_array>, std::int64_t>(),
             py::arg("bytes"), py::arg("offsets"), py::arg("validity"), py::arg("validity_offset"))
        .def_property_readonly("num_bytes",
                               [](python_corpus const& corpus) { return corpus.view().num_bytes(); })
        .def_property_readonly("device", &python_corpus::device_name)
        .def(
            "to", [](python_corpus const& corpus, python_execution& how) { return corpus.on(how.run()); },
            py::arg("execution"))
        .def("part", &python_corpus::part, py::arg("first"), py::arg("count"));
    module.def("encode_texts", &encode_texts, py::arg("texts"), py::arg("execution"));
    module.def("spell_numbers", &spell_numbers, py::arg("numbers"));
}

} // namespace newsgpu::python
