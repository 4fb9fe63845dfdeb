#pragma once

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"

#include <cstdint>

// Text as bit planes: a lane has 32 or 64 bytes, and bit i of plane j is bit j of byte i. A class of bytes is
// then a boolean function of eight words, and a rule about neighbours a shift by one bit: no byte is looked
// at alone.

namespace newsgpu::cuda {

inline constexpr int lane_bytes = 32;

template <class Word>
struct basic_byte_planes {
    Word bit[8];
};
using byte_planes = basic_byte_planes<std::uint32_t>;
using wide_byte_planes = basic_byte_planes<std::uint64_t>; ///< 64 bytes a lane

__host__ __device__ inline std::uint64_t join_words(std::uint32_t low, std::uint32_t high) {
    return std::uint64_t{high} << 32 | low;
}
__host__ __device__ inline std::uint32_t low_word(std::uint64_t bits) {
    return static_cast<std::uint32_t>(bits);
}
__host__ __device__ inline std::uint32_t high_word(std::uint64_t bits) {
    return static_cast<std::uint32_t>(bits >> 32);
}

namespace detail {

/// Rows a and b of a bit matrix exchange the blocks off the diagonal: those of `mask` go up by `by`, the
/// others down.
__device__ inline void exchange_blocks(std::uint32_t& a, std::uint32_t& b, int by, std::uint32_t mask) {
    auto const up = b << by;
    auto const down = a >> by;
    a = select_bits(mask, a, up);
    b = select_bits(mask, down, b);
}

} // namespace detail

/// The planes of 32 bytes, given as eight little-endian words.
__device__ inline byte_planes to_planes(std::uint32_t const (&words)[8]) {
    byte_planes p;
    // Bytes 0, 8, 16 and 24 to one word, 1, 9, 17 and 25 to the next, ...
    for (int half = 0; half < 2; ++half) {
        auto const a = permute_bytes(words[half], words[half + 2], 0x5140);
        auto const b = permute_bytes(words[half + 4], words[half + 6], 0x5140);
        auto const c = permute_bytes(words[half], words[half + 2], 0x7362);
        auto const d = permute_bytes(words[half + 4], words[half + 6], 0x7362);
        p.bit[4 * half] = permute_bytes(a, b, 0x5410);
        p.bit[4 * half + 1] = permute_bytes(a, b, 0x7632);
        p.bit[4 * half + 2] = permute_bytes(c, d, 0x5410);
        p.bit[4 * half + 3] = permute_bytes(c, d, 0x7632);
    }
    // Each byte column is now an 8 x 8 bit matrix to be transposed.
    for (int k = 0; k < 4; ++k) {
        detail::exchange_blocks(p.bit[k], p.bit[k + 4], 4, 0x0F0F'0F0F);
    }
    for (int k = 0; k < 8; ++k) {
        if ((k & 2) == 0) {
            detail::exchange_blocks(p.bit[k], p.bit[k + 2], 2, 0x3333'3333);
        }
    }
    for (int k = 0; k < 8; k += 2) {
        detail::exchange_blocks(p.bit[k], p.bit[k + 1], 1, 0x5555'5555);
    }
    return p;
}

/// Bit i: what the byte before has. Lane 0 gets an arbitrary bit from before the warp.
__device__ inline std::uint32_t previous_byte(std::uint32_t mask) {
    return funnel_left(shuffle_up(mask, 1), mask, 1);
}
__device__ inline std::uint64_t previous_byte(std::uint64_t mask) {
    return mask << 1 | shuffle_up(high_word(mask), 1) >> 31;
}

/// Bit i: what the byte behind has. Lane 31 gets an arbitrary bit from behind the warp.
__device__ inline std::uint32_t next_byte(std::uint32_t mask) {
    return funnel_right(mask, shuffle_down(mask, 1), 1);
}
__device__ inline std::uint64_t next_byte(std::uint64_t mask) {
    return mask >> 1 | std::uint64_t{shuffle_down(low_word(mask), 1)} << 63;
}

/// The bytes of white space below U+0080, Python's: U+0009 to 000D, 001C to 0020.
__device__ inline std::uint32_t ascii_spaces(byte_planes const& p) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const control = ~(b7 | b6 | b5);
    auto const low = b3 & ~b4 & ~(b2 & b1) & (b2 | b1 | b0); // 09 to 0D
    auto const separators = b4 & b3 & b2;                    // 1C to 1F
    auto const blank = ~(b7 | b6) & b5 & ~(b4 | b3 | b2 | b1 | b0);
    return (control & (low | separators)) | blank;
}

/// The bytes that go on with a sequence of UTF-8; all others begin a code point or a maximal ill-formed
/// subpart (Unicode 15.0, section 3.9, tables 3-7 and 3-8). Bits of `breaks` begin a document, where no
/// sequence goes on.
template <class Word>
__device__ Word continued_bytes(basic_byte_planes<Word> const& p, Word breaks) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const continuation = b7 & ~b6 & ~breaks;
    auto const lead = b7 & b6;
    auto const zero = ~(b2 | b1 | b0);
    auto const lead2 = lead & ~b5 & (b4 | b3 | b2 | b1);          // C2 to DF
    auto const lead3 = lead & b5 & ~b4;                           // E0 to EF
    auto const lead4 = lead & b5 & b4 & ~b3 & (~b2 | ~(b1 | b0)); // F0 to F4
    auto const first3 = lead3 & ~b3 & zero;                       // E0: the second byte is at least A0
    auto const surrogate = lead3 & b3 & b2 & ~b1 & b0;            // ED: at most 9F
    auto const first4 = lead4 & zero;                             // F0: at least 90
    auto const last4 = lead4 & b2;                                // F4: at most 8F
    // What the byte before is, in three bits, so that three shuffles do: 1 C2..DF, 2 E1..EF but ED, 3 E0, 4
    // F1..F3, 5 F0, 6 F4, 7 ED.
    auto const k0 = previous_byte(lead2 | first3 | first4 | surrogate);
    auto const k1 = previous_byte(lead3 | last4);
    auto const k2 = previous_byte(lead4 | surrogate);
    auto const high = b5 | b4;
    auto const refused =
        (~k2 & k1 & k0 & ~b5) | (k2 & k1 & k0 & b5) | (k2 & ~k1 & k0 & ~high) | (k2 & k1 & ~k0 & high);
    auto const second = continuation & (k0 | k1 | k2) & ~refused;
    auto const wants_third = second & (k1 | k2);
    auto const wants_fourth = second & k2 & ~(k1 & k0);
    auto const third = continuation & previous_byte(wants_third);
    auto const fourth = continuation & previous_byte(third & previous_byte(wants_fourth));
    return second | third | fourth;
}

/// The bytes that the usual Han, U+4E00 to 9FFF, begin with: E4 to E9.
template <class Word>
__device__ Word usual_han_leads(basic_byte_planes<Word> const& p) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    return b7 & b6 & b5 & ~b4 & ((~b3 & b2) | (b3 & ~b2 & ~b1));
}

/// Those of which the character is whole, and not before U+4E00: E4 B8 80.
template <class Word>
__device__ Word whole_han(basic_byte_planes<Word> const& p, Word leads, Word continued) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const e4 = ~(b3 | b1 | b0);
    auto const second = next_byte(continued), from_b8 = next_byte(continued & b5 & b4 & b3);
    // Behind the last lane nothing is known; its last characters are looked up.
    auto const edge = lane_rank() < warp_size - 1 ? 0 : Word{3} << (8 * sizeof(Word) - 2);
    return leads & second & (~e4 | from_b8) & next_byte(second) & ~edge;
}

} // namespace newsgpu::cuda
