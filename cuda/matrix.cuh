#pragma once

#include "cuda/counted_rows.cuh"

#include <newsgpu/count.hpp>

#include <cstdint>
#include <vector>

namespace newsgpu::cuda {

/// The terms of entries.
device_buffer<std::uint32_t> terms_of(view<std::uint64_t const> entries, stream const& on);

/// Makes the rows of one batch after the other on the device, weighs them there and brings them home.
template <class Value>
class matrix_maker {
public:
    matrix_maker(std::int64_t num_columns, matrix_options<Value> const& options, stream const& on);

    /// Adds rows, each entry in the column of its term; -1 for terms that are left out. Entries keep their
    /// order.
    void add(host_rows const& rows, view<std::int32_t const> columns, stream const& on, staging& copies);

    /// Adds rows that ascend by column: terms of one column are added up.
    /// @param targets what each term counts for, made by `target_of`.
    /// @throw invalid_input if a sum leaves 32 bits.
    void add_up(counted_batch const& counted, view<std::uint32_t const> targets, stream const& on,
                staging& copies);

    /// What a term counts for: its column (-1: none), and whether it counts negatively.
    static std::uint32_t target_of(std::int32_t column, bool negative) {
        return column < 0 ? no_target : static_cast<std::uint32_t>(column) << 1 | std::uint32_t{negative};
    }
    static constexpr std::uint32_t no_target = 0xFFFF'FFFF;

    csr_matrix<Value> take() { return std::move(made_); }

private:
    void weigh_and_bring_home(view<std::int64_t const> offsets, view<std::int32_t const> indices,
                              view<Value> data, stream const& on, staging& copies);

    device_buffer<Value> idf_;
    bool binary_;
    row_norm norm_;
    csr_matrix<Value> made_;
};

/// Rows as a matrix, one batch after the other.
/// @param columns the column of each term, -1 for those that are left out.
template <class Value>
csr_matrix<Value> write_matrix(std::vector<host_rows> const& rows, buffer<std::int32_t> const& columns,
                               std::int64_t num_columns, matrix_options<Value> const& options,
                               execution const& run);

} // namespace newsgpu::cuda
