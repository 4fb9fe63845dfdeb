#pragma once

#include "cuda/row_blocks.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The best entries of each row: `columns` and `scores` of row r are `[offsets[r], offsets[r + 1])`.
struct best_entries {
    buffer<std::int64_t> offsets;
    buffer<std::uint32_t> columns;
    buffer<double> scores;
};

/// The `top` entries of each row, the largest first, equal ones by column. Waits.
/// @param rows values are not negative.
best_entries rank_rows(row_block const& rows, std::int64_t top, stream const& on);

} // namespace newsgpu::cuda
