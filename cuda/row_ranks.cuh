#pragma once

#include "cuda/device_buffer.cuh"

#include <newsgpu/csr.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// The best entries of each row: `columns` and `scores` of row r are `[offsets[r], offsets[r + 1])`.
struct best_entries {
    buffer<std::int64_t> offsets;
    buffer<std::int32_t> columns;
    buffer<double> scores;
};

/// The `top` entries of rows `[first, last)`, the largest first, equal ones by column. Waits.
/// @param matrix entries are not negative.
best_entries rank_rows(csr_matrix<double> const& matrix, std::int64_t first, std::int64_t last,
                       std::int64_t top, stream const& on);

} // namespace newsgpu::cuda
