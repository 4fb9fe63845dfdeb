#pragma once

#include "cuda/counted_rows.cuh"

#include <newsgpu/count.hpp>

#include <cstdint>
#include <vector>

namespace newsgpu::cuda {

/// The terms of entries.
device_buffer<std::uint32_t> terms_of(view<std::uint64_t const> entries, stream const& on);

/// Rows as a matrix, one batch after the other.
/// @param columns the column of each term, -1 for those that are left out.
template <class Value>
csr_matrix<Value> write_matrix(std::vector<host_rows> const& rows, buffer<std::int32_t> const& columns,
                               std::int64_t num_columns, matrix_options<Value> const& options,
                               execution const& run);

} // namespace newsgpu::cuda
