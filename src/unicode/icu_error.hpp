#pragma once

#include <unicode/utypes.h>

#include <stdexcept>
#include <string>

namespace newsgpu::unicode {

/// @throw std::runtime_error naming what ICU could not do: its data are missing or it is out of memory.
inline void check_icu(UErrorCode status, char const* what) {
    if (U_FAILURE(status)) {
        throw std::runtime_error{"ICU: " + std::string{what} + ": " + u_errorName(status)};
    }
}

} // namespace newsgpu::unicode
