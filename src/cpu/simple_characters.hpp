#pragma once

#include "cpu/simd_level.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What a character that stands for itself maps to in NFKC_Casefold text, 0 for all others: ASCII, the Han
/// blocks U+3400..U+4DBF and U+4E00..U+9FFF, common marks, and the full-width forms of ASCII. It composes
/// with nothing before it.
char32_t simple_mapping(char32_t code_point);

/// How far a reader of simple characters came.
struct simple_characters {
    std::int64_t read;    ///< bytes or units
    std::int64_t written; ///< code points
    /// Whether the last code point is white space, `after_space` as given if there is none.
    bool after_space;
};

/// Writes the mappings of simple characters and white space (that of ASCII, and U+3000) from `text` to `to`,
/// every run of white space as one space, one that goes on from `after_space` not at all. Stops at another
/// character at the latest, or when more than `room` code points are written; `simple_reader_slack` more are
/// overwritten.
using simple_reader = simple_characters(char const* text, std::int64_t size, bool after_space, char32_t* to,
                                        std::int64_t room);

inline constexpr std::int64_t simple_reader_slack = 64;

simple_reader* simple_reader_of(simd_level level);

/// The same for a text in UCS-2: `size` units.
using simple_unit_reader = simple_characters(std::uint16_t const* text, std::int64_t size, bool after_space,
                                             char32_t* to, std::int64_t room);

simple_unit_reader* simple_unit_reader_of(simd_level level);

/// Those for simd_level::avx2 and simd_level::avx512; on x86-64 only.
simple_reader read_simple_avx2, read_simple_avx512;
simple_unit_reader read_simple_units_avx2;

} // namespace newsgpu::cpu
