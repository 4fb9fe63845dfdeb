#include "corpus.hpp"

#include "arrays.hpp"
#include "bindings.hpp"

#include <newsgpu/error.hpp>

#include <pybind11/stl.h>

#include <bit>
#include <string>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

// UTF-8 of a code unit of Latin-1, UCS-2 or UCS-4 (CPython's three ways to hold a string).
template <class Unit>
bool append_utf8(Unit const* units, py::ssize_t length, buffer<char>& out) {
    auto at = out.size();
    out.resize(at + static_cast<std::size_t>(length) * (sizeof(Unit) == 1 ? 2 : sizeof(Unit) == 2 ? 3 : 4));
    auto const put = [&](std::uint32_t bits) { out[at++] = static_cast<char>(static_cast<unsigned char>(bits)); };
    for (py::ssize_t i = 0; i < length; ++i) {
        std::uint32_t const c = units[i];
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            if (c >= 0xD800 && c < 0xE000) {
                return false;
            }
            put(0xE0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        } else {
            put(0xF0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3F));
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        }
    }
    out.resize(at);
    return true;
}

/// The text of a `str` without leaving a cached UTF-8 copy on it, which PyUnicode_AsUTF8 would.
/// @return false at a lone surrogate.
bool append_string(PyObject* text, buffer<char>& out) {
    auto const length = PyUnicode_GET_LENGTH(text);
    auto const* data = PyUnicode_DATA(text);
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        auto const* bytes = static_cast<char const*>(data);
        out.insert(out.end(), bytes, bytes + length);
        return true;
    }
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
        return append_utf8(static_cast<Py_UCS1 const*>(data), length, out);
    case PyUnicode_2BYTE_KIND:
        return append_utf8(static_cast<Py_UCS2 const*>(data), length, out);
    default:
        return append_utf8(static_cast<Py_UCS4 const*>(data), length, out);
    }
}

void append_text(py::handle item, std::int64_t index, buffer<char>& out) {
    if (PyUnicode_Check(item.ptr())) {
        if (!append_string(item.ptr(), out)) {
            throw py::value_error{"texts[" + std::to_string(index) +
                                  "] holds a lone surrogate, which is no Unicode text"};
        }
    } else if (PyBytes_Check(item.ptr())) {
        auto const* bytes = PyBytes_AS_STRING(item.ptr());
        out.insert(out.end(), bytes, bytes + PyBytes_GET_SIZE(item.ptr()));
    } else {
        throw py::type_error{"texts[" + std::to_string(index) + "] must be str, bytes or None, got " +
                             Py_TYPE(item.ptr())->tp_name};
    }
}

/// (bytes, offsets, validity or None) of an iterable of str, bytes or None, as an Arrow large-string array has them.
py::tuple encode_texts(py::iterable const& texts) {
    string_column column;
    buffer<std::uint8_t> validity;
    bool any_missing = false;
    std::int64_t index = 0;
    for (auto const item : texts) {
        if (index % 8 == 0) {
            validity.push_back(0);
        }
        if (item.is_none()) {
            any_missing = true;
        } else {
            append_text(item, index, column.bytes);
            validity.back() = static_cast<std::uint8_t>(validity.back() | 1 << index % 8);
        }
        column.offsets.push_back(static_cast<std::int64_t>(column.bytes.size()));
        if (++index % (1 << 16) == 0 && PyErr_CheckSignals() != 0) {
            throw py::error_already_set{};
        }
    }
    py::object bitmap = py::none();
    if (any_missing) {
        bitmap = to_numpy(std::move(validity));
    }
    py::tuple const arrays = to_numpy(std::move(column));
    return py::make_tuple(arrays[0], arrays[1], bitmap);
}

} // namespace

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

void bind_corpus(py::module_& module) {
    py::class_<python_corpus>(module, "CorpusView")
        .def(py::init<python_corpus::bytes_array, python_corpus::offsets_array,
                      std::optional<python_corpus::bytes_array>, std::int64_t>(),
             py::arg("bytes"), py::arg("offsets"), py::arg("validity"), py::arg("validity_offset"))
        .def_property_readonly("num_bytes", [](python_corpus const& corpus) { return corpus.view().num_bytes(); });
    module.def("encode_texts", &encode_texts, py::arg("texts"));
}

} // namespace newsgpu::python
