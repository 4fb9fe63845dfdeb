#pragma once

#include <cstdint>

namespace newsgpu::cpu {

/// A kind for each ASCII character, one bit or 0, in both shapes in which vectors look it up.
struct ascii_kinds {
    std::uint8_t kind_of[128] = {};
    /// The kind of c is what `columns[c % 16]` and `rows[c / 16]` have in common. Sixteen make a register.
    std::uint8_t columns[16] = {}, rows[16] = {};

    // No inline functions: this is in objects for several instruction sets.

    /// Gives each member of a set, which had no kind yet, one of `bits`: a bit for each set of columns that a
    /// row of sixteen characters has. Where these are too few it returns false, and the table is of no use.
    bool insert(bool const (&members)[128], unsigned bits);
};

/// Who plays which role in ICU's rules for words, as bits of ascii_kinds: as many as ICU 72 and later need,
/// where @ is a letter and the colon is nothing. Mid characters join numbers, and some of them letters too.
struct segment_kinds {
    static constexpr unsigned letter = 0xE0, number = 0x10, connector = 0x08;
    static constexpr unsigned mid_letter = 0x04, only_mid_number = 0x03;

    static constexpr unsigned word = letter | number | connector;
    static constexpr unsigned mid_number = mid_letter | only_mid_number;
};

} // namespace newsgpu::cpu
