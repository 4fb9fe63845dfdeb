#pragma once

#include "cuda/row_blocks.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The entries of rows by column, and by row within a column.
struct postings {
    view<std::uint32_t const> columns, rows;
    view<double const> weights;
};

/// Where what is left of the postings of some columns begins and ends.
struct posting_ranges {
    view<std::int64_t> begins, ends;
};

/// The dot product of each row with itself, added up in the order of the row.
device_buffer<double> squares_of_rows(row_block const& rows, stream const& on);

/// Rows of norm 1 turned around, for the search of near ones: made by one stable sort by column.
class cosine_index {
public:
    cosine_index(row_block const& rows, stream const& on);

    std::int64_t num_rows() const { return squares_.size(); }
    postings listed() const { return {columns_.view(), rows_.view(), weights_.view()}; }
    view<double const> squares() const { return squares_.view(); }

    /// Writes which postings each of `columns` has; none have those that no row holds.
    void find(view<std::uint32_t const> columns, posting_ranges to, stream const& on) const;

    /// Device memory for an entry and for a row, at most, while one is made: entries as they come (12) and as
    /// they are kept (16), their order by column (4), and what CUB sorts them in (8).
    static constexpr row_costs costs{.entry = 40, .row = 16};

private:
    device_buffer<double> squares_;
    device_buffer<std::uint32_t> columns_, rows_;
    device_buffer<double> weights_;
};

} // namespace newsgpu::cuda
