#include "cuda/cosine_index.cuh"

#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/search.cuh"

#include "element/tfidf.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// A thread a row.
__global__ void __launch_bounds__(block_threads)
    square_rows(view<std::int64_t const> offsets, view<double const> weights, view<double> squares) {
    auto const row = global_rank();
    if (row < squares.size()) {
        auto const begin = offsets[row];
        squares[row] = element::sum_of_squares(weights.data() + begin, offsets[row + 1] - begin);
    }
}

/// A thread a posting.
/// @param order which entry of the rows each one is.
__global__ void __launch_bounds__(block_threads)
    turn_around(view<std::int64_t const> offsets, view<double const> weights, view<std::uint32_t const> order,
                view<std::uint32_t> rows, view<double> posted_weights) {
    auto const i = global_rank();
    if (i < order.size()) {
        rows[i] = static_cast<std::uint32_t>(range_of(offsets, order[i]));
        posted_weights[i] = weights[order[i]];
    }
}

/// A thread a column that is looked for.
__global__ void __launch_bounds__(block_threads)
    find_postings(view<std::uint32_t const> columns, view<std::uint32_t const> posted, posting_ranges to) {
    auto const i = global_rank();
    if (i < columns.size()) {
        auto const column = columns[i];
        auto const begin =
            partition_point(0, posted.size(), [&](std::int64_t at) { return posted[at] < column; });
        to.begins[i] = begin;
        to.ends[i] =
            partition_point(begin, posted.size(), [&](std::int64_t at) { return posted[at] == column; });
    }
}

} // namespace

device_buffer<double> squares_of_rows(row_block const& rows, stream const& on) {
    device_buffer<double> squares{rows.num_rows(), on};
    launch(on, threads_for(squares.size(), block_threads), square_rows, rows.offsets.view(),
           rows.values.view(), squares.view());
    return squares;
}

cosine_index::cosine_index(row_block const& rows, stream const& on)
    : squares_{squares_of_rows(rows, on)}, columns_{rows.num_entries(), on}, rows_{rows.num_entries(), on},
      weights_{rows.num_entries(), on} {
    auto const size = rows.num_entries();
    device_buffer<std::uint32_t> order{size, on};
    // What has not been written yet is room for the numbers that are put in order.
    write_numbers(rows_.view(), on);
    sort_pairs<std::uint32_t, std::uint32_t>(rows.columns.view(), columns_.view(), rows_.const_view(),
                                             order.view(), on);
    launch(on, threads_for(size, block_threads), turn_around, rows.offsets.view(), rows.values.view(),
           order.const_view(), rows_.view(), weights_.view());
}

void cosine_index::find(view<std::uint32_t const> columns, posting_ranges to, stream const& on) const {
    launch(on, threads_for(columns.size(), block_threads), find_postings, columns, columns_.view(), to);
}

} // namespace newsgpu::cuda
