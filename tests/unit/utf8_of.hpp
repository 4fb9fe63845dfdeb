#pragma once

#include "element/utf8.hpp"

#include <string>

namespace newsgpu::test {

/// By the definition, one code point after another.
inline std::string utf8_of(std::u32string const& text) {
    std::string bytes;
    for (auto const c : text) {
        char room[4];
        bytes.append(room, static_cast<std::size_t>(element::encode(c, room)));
    }
    return bytes;
}

} // namespace newsgpu::test
