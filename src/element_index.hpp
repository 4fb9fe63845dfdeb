#pragma once

#include <cstddef>
#include <cstdint>

namespace newsgpu {

/// A count or place, which is never negative, as containers of `std` number their elements.
constexpr std::size_t index(std::int64_t place) {
    return static_cast<std::size_t>(place);
}

} // namespace newsgpu
