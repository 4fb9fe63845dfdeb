#pragma once

#include "unicode/code_point_table.hpp"
#include "unicode/icu_error.hpp"

#include <unicode/uchar.h>
#include <unicode/ucpmap.h>

#include <cstdint>

namespace newsgpu::unicode {

/// Calls `visit(first, last, value)` for the ranges of code points with equal values of a property,
/// ascending.
/// @throw std::runtime_error if ICU's data are missing.
template <class Visit>
void for_each_range(UProperty property, Visit visit) {
    auto status = U_ZERO_ERROR;
    auto const* const values = u_getIntPropertyMap(property, &status);
    check_icu(status, "character properties");
    std::uint32_t value = 0;
    for (UChar32 first = 0, last; first < static_cast<UChar32>(num_code_points); first = last + 1) {
        last = ucpmap_getRange(values, first, UCPMAP_RANGE_NORMAL, 0, nullptr, nullptr, &value);
        visit(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last), value);
    }
}

} // namespace newsgpu::unicode
