#pragma once

#include "cpu/unit_encoder.hpp"

#include <algorithm>
#include <cstdint>

// Always inlined, so that they take on the instruction set of the function around them.

namespace newsgpu::cpu {

/// Calls `visit` with the units as what they are.
template <class Visit>
[[gnu::always_inline]] inline auto with_units(unit_text text, Visit visit) {
    switch (text.unit) {
    case code_unit::latin1:
        return visit(static_cast<std::uint8_t const*>(text.units));
    case code_unit::ucs2:
        return visit(static_cast<std::uint16_t const*>(text.units));
    default:
        return visit(static_cast<std::uint32_t const*>(text.units));
    }
}

/// Units whose count a 16-bit number holds: sums as wide as the units are what compilers make vectors of.
constexpr std::int64_t counted_together = 1 << 14;

template <class Unit>
constexpr bool is_code_point(Unit unit) {
    if constexpr (sizeof(Unit) == 1) {
        return true;
    } else {
        return (unit & ~Unit{0x7FF}) != 0xD800 && std::uint32_t{unit} <= 0x10FFFF;
    }
}

template <class Unit>
[[gnu::always_inline]] inline utf8_size measure_units(Unit const* units, std::int64_t count) {
    utf8_size size{count, true};
    for (std::int64_t begin = 0; begin < count; begin += counted_together) {
        auto const end = std::min(begin + counted_together, count);
        std::uint16_t more = 0, wrong = 0;
        for (auto i = begin; i < end; ++i) {
            auto const unit = units[i];
            auto const steps = (unit >= 0x80) + (unit >= 0x800) + (std::uint32_t{unit} >= 0x10000);
            more = static_cast<std::uint16_t>(more + steps);
            wrong = static_cast<std::uint16_t>(wrong | !is_code_point(unit));
        }
        size.bytes += more;
        size.is_text &= wrong == 0;
    }
    return size;
}

[[gnu::always_inline]] inline utf8_size measure_text(unit_text text) {
    if (text.unit == code_unit::utf8) {
        return {text.size, true};
    }
    return with_units(text, [&](auto const* units)
                                __attribute__((always_inline)) { return measure_units(units, text.size); });
}

} // namespace newsgpu::cpu
