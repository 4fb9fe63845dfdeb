#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/device_corpus.hpp>

#include <pybind11/numpy.h>

#include <memory>
#include <optional>
#include <string>

namespace newsgpu::python {

/// The buffers of an Arrow array of large strings, kept alive, and the core's view of them.
class python_corpus {
public:
    using bytes_array = pybind11::array_t<std::uint8_t, pybind11::array::c_style>;
    using offsets_array = pybind11::array_t<std::int64_t, pybind11::array::c_style>;

    python_corpus(bytes_array bytes, offsets_array offsets, std::optional<bytes_array> validity,
                  std::int64_t validity_offset);

    corpus_view const& view() const { return view_; }

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

} // namespace newsgpu::python
