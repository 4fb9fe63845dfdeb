#pragma once

#include <cstdint>

namespace newsgpu::cpu {

/// Up to eight sets of ASCII characters, in both shapes in which vectors look them up.
template <int NumSets>
struct ascii_sets {
    /// [c]: bit k says whether c is in set k.
    std::uint8_t sets_of[128] = {};
    /// [k][c % 16]: bit c / 16 says whether c is in set k.
    std::uint8_t columns[NumSets][16] = {};

    void insert(int c, int k) {
        sets_of[c] = static_cast<std::uint8_t>(sets_of[c] | 1 << k);
        columns[k][c % 16] = static_cast<std::uint8_t>(columns[k][c % 16] | 1 << c / 16);
    }
};

/// What the scans of ASCII text know of its characters.
struct ascii_characters {
    /// Those that a token may hold.
    ascii_sets<1> inside;

    enum part { letter, numeric, connector, mid_letter, mid_number, num_parts };
    /// What they are in a segment (element/word_break.hpp), for scan_ascii_segments alone.
    ascii_sets<num_parts> parts;
};

} // namespace newsgpu::cpu
