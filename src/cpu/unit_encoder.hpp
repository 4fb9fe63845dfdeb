#pragma once

#include <newsgpu/code_units.hpp>

#include "cpu/simd_level.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What a text becomes.
struct utf8_size {
    std::int64_t bytes;
    bool is_text; ///< whether every unit is a code point
};

/// The loops from code units to UTF-8 for a simd_level.
struct unit_encoder {
    utf8_size (*measure)(unit_text text);
    /// Writes what is text to the `bytes` that it takes.
    void (*encode)(unit_text text, char* to, std::int64_t bytes);
};

unit_encoder const& unit_encoder_of(simd_level level);
extern unit_encoder const avx512_unit_encoder;

/// Says where text `index` of a list has a unit that is no code point.
[[noreturn]] void throw_no_text(unit_text text, std::int64_t index);

} // namespace newsgpu::cpu
