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

__device__ inline bool is_ascii(std::uint32_t const (&bytes)[8]) {
    std::uint32_t any = 0;
    for (auto const four : bytes) {
        any |= four;
    }
    return (any & 0x8080'8080) == 0;
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

    __device__ bool is_ascii() const { return cuda::is_ascii(low) && cuda::is_ascii(high); }

    __device__ wide_byte_planes planes() const {
        auto const p = to_planes(low), q = to_planes(high);
        wide_byte_planes both;
        for (int k = 0; k < 8; ++k) {
            both.bit[k] = join_words(p.bit[k], q.bit[k]);
        }
        return both;
    }
};

/// Text that is read a few bytes at a time, by offsets from an origin: not before the four bytes in front of
/// it.
class nearby_text {
public:
    __device__ nearby_text(text_view text, std::int64_t origin)
        : shift_{static_cast<int>((origin & (word_bytes - 1)) + word_bytes)} {
        auto const first = (origin >> 2) - 1;
        auto const size = 4 * text.text.size() - first;
        words_ = {reinterpret_cast<std::uint32_t const*>(text.text.data()) + first, size};
        last_ = static_cast<unsigned>(size < far ? size : far) - 1;
    }

    /// Four bytes, the first in the lowest byte; behind the text they are arbitrary.
    __device__ std::uint32_t bytes(int offset) const {
        auto const at = static_cast<unsigned>(offset + shift_);
        return funnel_right(word(at / word_bytes), word(at / word_bytes + 1), bit_of(at));
    }

    /// Four bytes, and the four of which the first is the last of them.
    struct two_reads {
        std::uint32_t first, second;
    };
    __device__ two_reads characters(int offset) const {
        auto const at = static_cast<unsigned>(offset + shift_);
        auto const middle = word(at / word_bytes + 1);
        auto const low = funnel_right(word(at / word_bytes), middle, bit_of(at));
        auto const high = funnel_right(middle, word(at / word_bytes + 2), bit_of(at));
        return {low, funnel_right(low, high, 3 * 8)};
    }

private:
    static constexpr unsigned word_bytes = 4;
    static constexpr std::int64_t far = std::int64_t{1} << 24;

    __device__ std::uint32_t word(unsigned i) const { return words_[i < last_ ? i : last_]; }
    __device__ static unsigned bit_of(unsigned at) { return at % word_bytes * 8; }

    view<std::uint32_t const> words_;
    int shift_;
    unsigned last_;
};

/// Text that is read four bytes after four bytes, from any place on.
class text_in_steps {
public:
    __device__ text_in_steps(text_view text, std::int64_t from)
        : shift_{static_cast<unsigned>(from & 3) * 8},
          words_{reinterpret_cast<std::uint32_t const*>(text.text.data()) + (from >> 2),
                 4 * text.text.size() - (from >> 2)} {
        low_ = words_.size() > 0 ? words_[0] : 0;
    }

    /// The first in the lowest byte; zeros behind the text.
    __device__ std::uint32_t next() {
        auto const high = ++at_ < words_.size() ? words_[at_] : 0;
        auto const four = funnel_right(low_, high, shift_);
        low_ = high;
        return four;
    }

private:
    unsigned shift_;
    view<std::uint32_t const> words_;
    std::uint32_t low_;
    int at_ = 0;
};

} // namespace newsgpu::cuda
