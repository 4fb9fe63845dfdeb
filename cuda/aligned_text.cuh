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

/// Bytes `[begin, end)` of a text.
struct text_part {
    view<uint4 const> text;
    std::int64_t begin, end;

    __device__ std::int64_t size() const { return end - begin; }
};

__device__ inline bool same_bytes(text_part const& a, text_part const& b) {
    if (a.size() != b.size()) {
        return false;
    }
    aligned_text const text_of_a{a.text}, text_of_b{b.text};
    for (std::int64_t at = 0; at < a.size(); at += 8) {
        if (text_of_a.load(a.begin + at, a.end) != text_of_b.load(b.begin + at, b.end)) {
            return false;
        }
    }
    return true;
}

} // namespace newsgpu::cuda
