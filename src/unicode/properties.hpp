#pragma once

#include "element/code_point_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// Character properties in Python's sense, taken from the installed ICU.

namespace newsgpu::unicode {

/// element::character_flag of every code point, made on first use.
element::code_point_table<std::uint8_t> character_flags();

/// Python's `\w`: alphanumeric in the sense of `str.isalnum`, or an underscore.
bool is_word(char32_t code_point);

/// Python's `str.isspace`.
bool is_space(char32_t code_point);

/// The lower case of a code point without context. U+0130 is the only one that becomes two (i, U+0307).
struct lowered {
    char32_t first;
    char32_t second; ///< 0 where there is one
};
lowered to_lower(char32_t code_point);

/// Whether the U+03A3 at `text[at]` lowers to a final sigma (Unicode 15.0, table 3-17; Python does the same):
/// a cased letter before it and none after it, case-ignorable characters skipped.
bool is_final_sigma(std::string_view text, std::int64_t at);

/// The version of the installed ICU, as `72.1`, and of Unicode in it.
std::string icu_version();
std::string unicode_version();

} // namespace newsgpu::unicode
