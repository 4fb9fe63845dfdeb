#pragma once

#include "cpu/simd_level.hpp"

#include <cstddef>
#include <cstdint>

namespace newsgpu::cpu {

/// Rows lie in tiles: for each group of columns the norms of the rows of the tile in it.
inline constexpr std::size_t bound_groups = 64, bound_tile_rows = 16,
                             bound_tile_size = bound_groups * bound_tile_rows;
/// Rows that are compared with others at the same time: each norm that is loaded is used so many times.
inline constexpr std::size_t bound_queries = 8;

/// A row that may reach what is asked for, and the bound that says so.
struct bounded_row {
    std::uint32_t row; ///< from the first row of the tiles
    float bound;
};

/// What bounds are made for.
struct bound_query {
    float const* sums;  ///< [tiles * bound_tile_rows] what has been added up already
    float const* norms; ///< [bound_groups]
    float least;
    bounded_row* found; ///< room for all rows of the tiles
    std::size_t num_found;
};

/// For each of `bound_queries` queries the rows whose bound, sums[row] + the sum over the groups of norms
/// times the row's norms, reaches `least` or leasts[row]. Bounds may differ in their last bits between
/// levels.
/// @param leasts [tiles * bound_tile_rows]
using bound_function = void(float const* tiles, std::size_t num_tiles, float const* leasts,
                            bound_query* queries);
bound_function& bound_rows(simd_level level);

} // namespace newsgpu::cpu
