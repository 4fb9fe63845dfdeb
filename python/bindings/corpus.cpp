#include "corpus.hpp"

#include "arrays.hpp"
#include "bindings.hpp"
#include "execution.hpp"
#include "str_utf8.hpp"

#include <newsgpu/error.hpp>

#include <pybind11/stl.h>

#include <cmath>
#include <string>
#include <string_view>

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

/// Appends a document. @return false where it is missing.
bool append_text(PyObject* item, std::int64_t index, growing_bytes& out) {
    if (PyUnicode_Check(item)) {
        if (auto const at = append_str(item, out)) {
            throw py::value_error{"texts[" + std::to_string(index) +
                                  "] holds a lone surrogate at character " + std::to_string(*at) +
                                  ", which is no Unicode text"};
        }
        return true;
    }
    if (PyBytes_Check(item)) {
        out.append(PyBytes_AS_STRING(item), static_cast<std::size_t>(PyBytes_GET_SIZE(item)));
        return true;
    }
    if (item == Py_None || is_missing(item)) {
        return false;
    }
    throw py::type_error{"texts[" + std::to_string(index) + "] must be str, bytes or None, got " +
                         Py_TYPE(item)->tp_name};
}

/// What a list can take at most, so that its text is written where it stays; 0 for what can be walked only
/// once.
std::size_t most_bytes_of(py::iterable const& texts) {
    std::size_t bytes = 0;
    if (PyList_CheckExact(texts.ptr()) || PyTuple_CheckExact(texts.ptr())) {
        for (auto const item : texts) {
            bytes += most_utf8_bytes(item.ptr());
        }
    }
    return bytes;
}

/// (bytes, offsets, validity or None) of an iterable of str, bytes or None, as an Arrow large-string array
/// has them.
py::tuple encode_texts(py::iterable const& texts) {
    constexpr std::size_t bytes_between_polls = std::size_t{1} << 26;
    growing_bytes bytes{most_bytes_of(texts)};
    buffer<std::int64_t> offsets(1, 0);
    buffer<std::uint8_t> validity;
    bool any_missing = false;
    std::int64_t index = 0;
    std::size_t poll_at = bytes_between_polls;
    for (auto const item : texts) {
        if (index % 8 == 0) {
            validity.push_back(0);
        }
        if (append_text(item.ptr(), index, bytes)) {
            validity.back() = static_cast<std::uint8_t>(validity.back() | 1 << index % 8);
        } else {
            any_missing = true;
        }
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
        if (++index % documents_between_polls == 0 || bytes.size() >= poll_at) {
            poll_at = bytes.size() + bytes_between_polls;
            if (PyErr_CheckSignals() != 0) {
                throw py::error_already_set{};
            }
        }
    }
    py::object bitmap = py::none();
    if (any_missing) {
        bitmap = to_numpy(std::move(validity));
    }
    return py::make_tuple(std::move(bytes).to_numpy(), to_numpy(std::move(offsets)), bitmap);
}

} // namespace

python_texts::python_texts(py::iterable const& texts) : strings_{texts} {
    auto const is_encoded = [](PyObject* item) { return PyUnicode_Check(item) && !PyUnicode_IS_ASCII(item); };
    std::size_t room = 0;
    for (auto const item : strings_) {
        if (item.ptr() != Py_None && !PyUnicode_Check(item.ptr())) {
            throw py::type_error{"texts must be str or None, got " +
                                 std::string{Py_TYPE(item.ptr())->tp_name}};
        }
        if (item.ptr() != Py_None) {
            make_ready(item.ptr());
            room += is_encoded(item.ptr()) ? most_utf8_bytes(item.ptr()) : 0;
        }
    }
    // Room for all of them: views into it stay good.
    encoded_ = growing_bytes{room};
    texts_.reserve(strings_.size());
    for (auto const item : strings_) {
        if (item.ptr() == Py_None) {
            texts_.emplace_back();
        } else if (is_encoded(item.ptr())) {
            auto const begin = encoded_.size();
            append_text(item.ptr(), size(), encoded_);
            texts_.emplace_back(encoded_.data() + begin, encoded_.size() - begin);
        } else {
            texts_.emplace_back(static_cast<char const*>(PyUnicode_DATA(item.ptr())),
                                static_cast<std::size_t>(PyUnicode_GET_LENGTH(item.ptr())));
        }
        if (size() % documents_between_polls == 0 && PyErr_CheckSignals() != 0) {
            throw py::error_already_set{};
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
        return held.documents().size();
    });
    py::class_<python_texts, python_documents>(module, "TextList")
        .def(py::init<py::iterable const&>(), py::arg("texts"));
    py::class_<python_corpus, python_documents>(module, "CorpusView")
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
    module.def("encode_texts", &encode_texts, py::arg("texts"));
}

} // namespace newsgpu::python
