#pragma once

#include <newsgpu/error.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace newsgpu {

/// The value that `name` stands for.
/// @throw invalid_input naming the argument, its value and what is allowed.
template <class T>
T parse_name(std::string_view argument, std::string_view name,
             std::initializer_list<std::pair<std::string_view, T>> allowed) {
    std::string message = std::string{argument} + " must be one of";
    for (auto const& [known, value] : allowed) {
        if (name == known) {
            return value;
        }
        message += " '" + std::string{known} + "'";
    }
    throw invalid_input{message + ", got '" + std::string{name} + "'"};
}

} // namespace newsgpu
