#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/staging.cuh"

#include <newsgpu/csr.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// What rows of a matrix take of a limit.
struct row_costs {
    std::int64_t entry;
    std::int64_t row = 0;
};

/// As many rows from `first` on as a block of them takes within `limit`, at least one.
/// @param indptr [rows + 1]
template <class Offset>
std::int64_t end_of_rows(view<Offset const> indptr, std::int64_t first, row_costs costs, std::int64_t limit) {
    auto fits = first + 1;
    for (auto beyond = indptr.size(); beyond - fits > 1;) {
        auto const middle = fits + (beyond - fits) / 2;
        auto const entries = std::int64_t{indptr[middle]} - std::int64_t{indptr[first]};
        (entries * costs.entry + (middle - first) * costs.row <= limit ? fits : beyond) = middle;
    }
    return fits;
}

/// Rows on the device: `columns` and `values` of row r are `[offsets[r], offsets[r + 1])`.
struct row_block {
    buffer<std::int64_t> host_offsets; ///< the same as `offsets`
    device_buffer<std::int64_t> offsets;
    device_buffer<std::uint32_t> columns;
    device_buffer<double> values;

    std::int64_t num_rows() const { return offsets.size() - 1; }
    std::int64_t num_entries() const { return columns.size(); }
};

/// A copy of rows `[first, last)`.
row_block upload_rows(csr_matrix<double> const& matrix, std::int64_t first, std::int64_t last,
                      stream const& on, staging& copies);

} // namespace newsgpu::cuda
