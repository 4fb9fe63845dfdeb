#pragma once

#include "cuda/bits.cuh"
#include "cuda/device_buffer.cuh"

#include <newsgpu/normalize.hpp>

#include "element/normalize.hpp"

#include <cstdint>

namespace newsgpu::cuda {

/// What a form does to code points, as kernels see it.
struct form_view {
    element::normalization_table table;
    /// Where among the mappings stands what becomes of U+FFFD, or of ill-formed bytes.
    std::uint32_t replacement;
    std::int32_t replacement_length;
    bool lowers_ascii;
    bool keeps_han;       ///< U+4E00 to 9FFF stay, whatever is around them
    bool has_final_sigma; ///< U+03A3 becomes one of two, by its neighbours

    __host__ __device__ char const* replacement_bytes() const { return table.bytes + replacement; }
};

class form_table {
public:
    /// Waits for the stream, so that any other one may use it.
    form_table(normalization form, stream const& on);

    form_view view() const;

private:
    device_buffer<std::uint16_t> index_;
    device_buffer<std::uint32_t> blocks_;
    device_buffer<char> bytes_;
    std::int32_t replacement_length_;
    bool lowers_ascii_;
    bool keeps_han_;
    bool has_final_sigma_;
};

} // namespace newsgpu::cuda
