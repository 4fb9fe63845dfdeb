#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// ICU's CjkBreakEngine (icu4c/source/common/dictbe.cpp): the cheapest way to cut a run into words. A boundary
// that no word of the dictionary crosses is forced: every way passes through it, so the pieces between are
// independent.

namespace newsgpu::element {

/// Cost and length of the last word of the best way to a position, as one number to be minimised: at equal
/// cost the longer last word wins, as it does in ICU, which keeps what it found first.
using path_key = std::uint32_t;

inline constexpr path_key unreached = 0xFFFF'FFFF;
inline constexpr path_key path_start = 31;

NEWSGPU_HD constexpr path_key extend_path(path_key to_start, std::uint32_t cost, std::uint32_t length) {
    return ((to_start >> 5) + cost) << 5 | (31 - length);
}
NEWSGPU_HD constexpr std::uint32_t last_word_length(path_key key) {
    return 31 - (key & 31);
}

/// A run of at least this many katakana is no word of its own.
inline constexpr std::uint32_t max_katakana = 20;

/// The cost of a run of `length` katakana as one word, length below max_katakana.
NEWSGPU_HD constexpr std::uint32_t katakana_cost(std::uint32_t length) {
    constexpr std::uint32_t costs[] = {8192, 984, 408, 240, 204, 252, 300, 372, 480};
    return length < sizeof costs / sizeof *costs ? costs[length] : 8192;
}

} // namespace newsgpu::element
