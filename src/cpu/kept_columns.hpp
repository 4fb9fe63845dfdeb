#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// What stands for a column that is left out.
inline constexpr std::int32_t dropped = -1;

/// Leaves only columns that are kept, and gives them new numbers. Returns how many there are.
inline std::int64_t keep_columns(buffer<std::int32_t>& columns, view<std::uint8_t const> kept) {
    std::vector<std::int32_t> renumbered(static_cast<std::size_t>(kept.size()), dropped);
    std::int32_t count = 0;
    for (std::int64_t column = 0; column < kept.size(); ++column) {
        if (kept[column] != 0) {
            renumbered[static_cast<std::size_t>(column)] = count++;
        }
    }
    for (auto& column : columns) {
        column = column == dropped ? dropped : renumbered[static_cast<std::size_t>(column)];
    }
    return count;
}

} // namespace newsgpu::cpu
