#pragma once

#include <cstdint>

namespace newsgpu::cpu {

/// Some of the 128 ASCII characters, in both shapes in which vectors look them up.
struct ascii_set {
    /// 1 for those in the set, else 0.
    std::uint8_t contains[128] = {};
    /// [c % 16]: bit c / 16 says whether c is in the set.
    std::uint8_t columns[16] = {};

    void insert(int c) {
        contains[c] = 1;
        columns[c % 16] = static_cast<std::uint8_t>(columns[c % 16] | 1 << c / 16);
    }
};

/// What the scans of ASCII text know of its characters.
struct ascii_characters {
    ascii_set inside;             ///< those that a token may hold
    std::uint8_t flags[128] = {}; ///< element::class_flags::first, for scan_ascii_segments alone
};

} // namespace newsgpu::cpu
