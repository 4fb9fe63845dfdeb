#pragma once

#include <cstdint>

namespace newsgpu::cpu {

/// Planes of one bit an element, in words of 64. For the loops to derive from.
struct bit_planes {
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;
    static constexpr word one = 1;

    static word below(index count) { return count >= word_bits ? ~word{0} : (one << count) - 1; }
    static index highest(word w) { return 63 - __builtin_clzll(w); }
    static index lowest(word w) { return __builtin_ctzll(w); }
    static index population(word w) { return __builtin_popcountll(w); }
    static bool bit(word const* plane, index i) { return (plane[i / word_bits] >> (i % word_bits) & 1) != 0; }
    static void set_bit(word* plane, index i) { plane[i / word_bits] |= one << (i % word_bits); }
    /// The position of the last bit of plane below `limit`, or -1.
    static index last_bit(word const* plane, index limit) {
        for (auto w = (limit - 1) / word_bits; limit > 0 && w >= 0; --w) {
            auto const bits = plane[w] & below(limit - w * word_bits);
            if (bits != 0) {
                return w * word_bits + highest(bits);
            }
        }
        return -1;
    }
};

} // namespace newsgpu::cpu
