#pragma once

#include <newsgpu/code_units.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/device_corpus.hpp>

#include <pybind11/numpy.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution.hpp"

namespace newsgpu::python {

/// Documents that Python holds.
class python_documents {
public:
    virtual ~python_documents() = default;
    virtual unit_documents units() const = 0;
};

/// Those that are there in UTF-8.
class python_utf8_documents : public python_documents {
public:
    virtual documents_view documents() const = 0;
    unit_documents units() const override { return documents(); }
};

/// The buffers of an Arrow array of large strings, kept alive, and the core's view of them.
class python_corpus : public python_utf8_documents {
public:
    using bytes_array = pybind11::array_t<std::uint8_t, pybind11::array::c_style>;
    using offsets_array = pybind11::array_t<std::int64_t, pybind11::array::c_style>;

    python_corpus(bytes_array bytes, offsets_array offsets, std::optional<bytes_array> validity,
                  std::int64_t validity_offset);

    corpus_view const& view() const { return view_; }
    documents_view documents() const override { return view_; }

    /// The same documents with a copy on a device, or without one for `cpu`.
    python_corpus on(execution const& run) const;
    /// Documents `[first, first + count)`, with the same copy.
    python_corpus part(std::int64_t first, std::int64_t count) const;
    std::string device_name() const;

private:
    bytes_array bytes_;
    offsets_array offsets_;
    std::optional<bytes_array> validity_;
    corpus_view view_;
    std::shared_ptr<device_corpus const> on_device_;
};

/// A list of str and None, read where its strings lie and as they are.
class python_texts : public python_documents {
public:
    /// @throw type_error for anything but str and None.
    explicit python_texts(pybind11::iterable const& texts);

    unit_documents units() const override { return unit_documents{newsgpu::view<unit_text const>{texts_}}; }
    newsgpu::view<unit_text const> texts() const { return texts_; }
    pybind11::tuple strings() const { return strings_; }

private:
    pybind11::tuple strings_; ///< keeps them alive: the list may change
    std::vector<unit_text> texts_;
};

/// The same where UTF-8 is needed: ASCII is UTF-8 already, only other strings are encoded.
class python_utf8_texts : public python_utf8_documents {
public:
    /// @throw value_error for a lone surrogate, and what python_texts throws.
    python_utf8_texts(pybind11::iterable const& texts, python_execution& how);

    documents_view documents() const override {
        return documents_view{newsgpu::view<std::string_view const>{utf8_}};
    }

private:
    pybind11::tuple strings_;
    string_column encoded_;
    std::vector<std::string_view> utf8_;
};

} // namespace newsgpu::python
