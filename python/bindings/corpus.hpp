#pragma once

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
    virtual documents_view documents() const = 0;
};

/// The buffers of an Arrow array of large strings, kept alive, and the core's view of them.
class python_corpus : public python_documents {
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

/// A list of str and None, read where its strings lie: ASCII is UTF-8 already, only other strings are
/// encoded.
class python_texts : public python_documents {
public:
    /// @throw type_error for anything but str and None; value_error for a lone surrogate.
    python_texts(pybind11::iterable const& texts, python_execution& how);

    documents_view documents() const override {
        return documents_view{newsgpu::view<std::string_view const>{texts_}};
    }
    std::int64_t size() const { return static_cast<std::int64_t>(texts_.size()); }
    pybind11::tuple strings() const { return strings_; }

private:
    pybind11::tuple strings_; ///< keeps them alive: the list may change
    string_column encoded_;
    std::vector<std::string_view> texts_;
};

} // namespace newsgpu::python
