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

/// Which of 64 characters are in each set. No functions: it is in objects for several instruction sets.
template <int NumSets>
struct set_masks {
    std::uint64_t of[NumSets];
};

/// The same for vectors that look up 128 bytes at once.
template <class Vector, int NumSets>
inline set_masks<NumSets> masks_by_planes(ascii_sets<NumSets> const& sets,
                                          typename Vector::bytes const& bytes) {
    auto const found = Vector::look_up_128(sets.sets_of, bytes);
    set_masks<NumSets> made;
    for (int k = 0; k < NumSets; ++k) {
        made.of[k] = Vector::plane(found, k);
    }
    return made;
}

/// What the scans of ASCII text know of its characters.
struct ascii_characters {
    /// Those that a token may hold.
    ascii_sets<1> inside;

    // For scan_ascii_segments alone:

    enum role { word, mid, connector, num_roles };
    /// Letters, numbers and connectors; what may join two of them; the connectors once more.
    ascii_sets<num_roles> roles;
    std::uint8_t flags[128] = {}; ///< element::class_flags::first
};

} // namespace newsgpu::cpu
