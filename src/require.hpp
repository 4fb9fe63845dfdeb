#pragma once

#include <newsgpu/error.hpp>

#include <string>

namespace newsgpu {

/// @throw invalid_input naming the argument, its value and what is allowed, unless low <= value <= high.
template <class Number>
void require_between(char const* argument, Number value, Number low, Number high) {
    if (!(value >= low && value <= high)) {
        throw invalid_input{std::string{argument} + " must be between " + std::to_string(low) + " and " +
                            std::to_string(high) + ", got " + std::to_string(value)};
    }
}

/// @throw invalid_input naming the argument, its value and what is allowed, unless value >= low.
template <class Number>
void require_at_least(char const* argument, Number value, Number low) {
    if (!(value >= low)) {
        throw invalid_input{std::string{argument} + " must be at least " + std::to_string(low) + ", got " +
                            std::to_string(value)};
    }
}

} // namespace newsgpu
