#pragma once

#include "cuda/bits.cuh"

#include <newsgpu/view.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// Text that is read eight bytes at a time, from any place, with aligned loads.
class aligned_text {
public:
    __device__ explicit aligned_text(view<uint4 const> text)
        : words_{reinterpret_cast<std::uint64_t const*>(text.data()), 2 * text.size()} {}

    /// Bytes `[at, end)`, at most eight, the first in the lowest byte; zeros for what is missing.
    __device__ std::uint64_t load(std::int64_t at, std::int64_t end) const {
        auto const count = end - at;
        if (count <= 0) {
            return 0;
        }
        auto const word = at / 8;
        auto const shift = static_cast<int>(at % 8) * 8;
        auto bytes = words_[word] >> shift;
        if (shift != 0 && end > (word + 1) * 8) {
            bytes |= words_[word + 1] << (64 - shift);
        }
        return count >= 8 ? bytes : bytes & ((std::uint64_t{1} << (8 * count)) - 1);
    }

private:
    view<std::uint64_t const> words_;
};

} // namespace newsgpu::cuda
