#pragma once

#include <newsgpu/error.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <type_traits>

// Checks of arguments. Each throws invalid_input unless its condition holds, naming the argument, its value
// and what is allowed. Conditions are written so that NaN fails too.

namespace newsgpu {

/// The shortest text that reads as this number.
template <class Number>
std::string shown(Number value) {
    static_assert(std::is_arithmetic_v<Number>);
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// low <= value <= high.
template <class Number>
void require_between(char const* argument, Number value, Number low, Number high) {
    if (!(value >= low && value <= high)) {
        throw invalid_input{std::string{argument} + " must be between " + shown(low) + " and " + shown(high) +
                            ", got " + shown(value)};
    }
}

/// value >= low.
template <class Number>
void require_at_least(char const* argument, Number value, Number low) {
    if (!(value >= low)) {
        throw invalid_input{std::string{argument} + " must be at least " + shown(low) + ", got " +
                            shown(value)};
    }
}

/// size == count.
/// @param things what there are `count` of.
inline void require_one_each(char const* argument, std::int64_t size, std::int64_t count,
                             char const* things) {
    if (size != count) {
        throw invalid_input{std::string{argument} + " must have one entry for each of " + shown(count) + ' ' +
                            things + ", got " + shown(size)};
    }
}

} // namespace newsgpu
