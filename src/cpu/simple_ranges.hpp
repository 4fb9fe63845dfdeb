#pragma once

#include <cstdint>

// Which characters stand for themselves (cpu/simple_characters.hpp), as the loops for vectors need it.

namespace newsgpu::cpu {

/// Bits for 32 code points from `first` on.
template <class Rule>
consteval std::uint32_t bits_from(std::uint32_t first, Rule rule) {
    std::uint32_t bits = 0;
    for (std::uint32_t i = 0; i < 32; ++i) {
        bits |= rule(first + i) ? 1U << i : 0U;
    }
    return bits;
}

/// Han, and the hexagrams between its two blocks.
inline constexpr std::uint32_t first_han = 0x3400, num_han = 0x6C00;

inline constexpr std::uint32_t first_full_width = 0xFF01, num_full_width = 0x5E, full_width_distance = 0xFEE0;

inline constexpr std::uint32_t first_dash = 0x2010, first_mark = 0x3000, ideographic_space = first_mark;
inline constexpr auto dashes_and_quotes =
    bits_from(first_dash, [](std::uint32_t c) { return c >= 0x2013 && c <= 0x201F && c != 0x2017; });
inline constexpr auto marks = bits_from(first_mark, [](std::uint32_t c) {
    return c <= 0x3003 || (c >= 0x3008 && c <= 0x3011) || (c >= 0x3014 && c <= 0x3017);
});

} // namespace newsgpu::cpu
