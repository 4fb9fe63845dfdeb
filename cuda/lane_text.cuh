#pragma once

#include "cuda/byte_planes.cuh"
#include "cuda/device_text.cuh"

#include <cstdint>

// What a lane reads of text and of bitmaps over its bytes; there are zeros outside.

namespace newsgpu::cuda {

__device__ inline std::uint32_t word_at(view<std::uint32_t const> words, std::int64_t i) {
    return i >= 0 && i < words.size() ? words[i] : 0;
}

/// 64 bits, of which the first is bit 64 * i of the bitmap.
__device__ inline std::uint64_t wide_word_at(view<std::uint32_t const> words, std::int64_t i) {
    return join_words(word_at(words, 2 * i), word_at(words, 2 * i + 1));
}

/// The 32 bytes of a word of the bitmaps, as eight little-endian words.
__device__ inline void read_bytes(view<uint4 const> text, std::int64_t word, std::uint32_t (&bytes)[8]) {
    uint4 low{}, high{};
    auto const unit = 2 * word;
    if (unit >= 0 && unit < text.size()) {
        low = text[unit];
        high = text[unit + 1];
    }
    bytes[0] = low.x, bytes[1] = low.y, bytes[2] = low.z, bytes[3] = low.w;
    bytes[4] = high.x, bytes[5] = high.y, bytes[6] = high.z, bytes[7] = high.w;
}

__device__ inline byte_planes planes_at(view<uint4 const> text, std::int64_t word) {
    std::uint32_t bytes[8];
    read_bytes(text, word, bytes);
    return to_planes(bytes);
}

/// 64 bytes as they are in memory.
struct lane_text {
    std::uint32_t low[8], high[8];

    __device__ lane_text(view<uint4 const> text, std::int64_t i) {
        read_bytes(text, 2 * i, low);
        read_bytes(text, 2 * i + 1, high);
    }

    __device__ bool is_ascii() const {
        std::uint32_t any = 0;
        for (int k = 0; k < 8; ++k) {
            any |= low[k] | high[k];
        }
        return (any & 0x8080'8080) == 0;
    }

    __device__ wide_byte_planes planes() const {
        auto const p = to_planes(low), q = to_planes(high);
        wide_byte_planes both;
        for (int k = 0; k < 8; ++k) {
            both.bit[k] = join_words(p.bit[k], q.bit[k]);
        }
        return both;
    }
};

/// Four bytes from any position of the text on, the first in the lowest byte.
__device__ inline std::uint32_t bytes_at(text_view text, std::int64_t at) {
    view<std::uint32_t const> const words{reinterpret_cast<std::uint32_t const*>(text.text.data()),
                                          4 * text.text.size()};
    return funnel_right(word_at(words, at / 4), word_at(words, at / 4 + 1),
                        static_cast<unsigned>(at % 4 * 8));
}

} // namespace newsgpu::cuda
