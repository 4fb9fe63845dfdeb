#include "cuda/row_ranks.cuh"

#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"

#include <algorithm>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// Keys by which larger scores come first: the bits of numbers that are not negative are in their order.
__global__ void __launch_bounds__(block_threads)
    score_keys(view<double const> scores, view<std::uint32_t const> order, view<std::uint64_t> keys) {
    auto const i = global_rank();
    if (i < order.size()) {
        std::uint64_t bits;
        double const score = scores[order[i]];
        __builtin_memcpy(&bits, &score, sizeof bits);
        keys[i] = ~bits;
    }
}

__global__ void __launch_bounds__(block_threads)
    take_rows(view<std::uint32_t const> from, view<std::uint32_t const> order, view<std::uint32_t> out) {
    auto const i = global_rank();
    if (i < order.size()) {
        out[i] = from[order[i]];
    }
}

/// The first entries of each row in order, of which `kept` says how many come before it.
__global__ void __launch_bounds__(block_threads)
    take_best(view<std::int64_t const> offsets, view<std::int64_t const> kept, view<std::uint32_t const> rows,
              view<std::uint32_t const> order, view<std::uint32_t const> columns, view<double const> scores,
              view<std::uint32_t> best_columns, view<double> best_scores) {
    auto const i = global_rank();
    if (i < order.size()) {
        auto const row = rows[order[i]];
        auto const rank = i - offsets[row];
        if (rank < kept[row + 1] - kept[row]) {
            best_columns[kept[row] + rank] = columns[order[i]];
            best_scores[kept[row] + rank] = scores[order[i]];
        }
    }
}

/// Sorts `order` by keys, which are in its order; what is equal stays.
template <class Key>
void sort_by(view<Key const> keys, device_buffer<std::uint32_t>& order, stream const& on) {
    device_buffer<Key> sorted_keys{keys.size(), on};
    device_buffer<std::uint32_t> sorted{keys.size(), on};
    sort_pairs(keys, sorted_keys.view(), std::as_const(order).view(), sorted.view(), on);
    order = std::move(sorted);
}

} // namespace

best_entries rank_rows(row_block const& block, std::int64_t top, stream const& on) {
    auto const& [host_offsets, offsets, columns, scores] = block;
    best_entries best;
    best.offsets.push_back(0);
    for (std::size_t row = 1; row < host_offsets.size(); ++row) {
        best.offsets.push_back(best.offsets.back() +
                               std::min(top, host_offsets[row] - host_offsets[row - 1]));
    }
    auto const size = block.num_entries();
    auto const kept = to_device(view<std::int64_t const>{best.offsets}, on);
    on.synchronize(); // what throws behind takes the host's array away
    auto const rows = groups_of(offsets.view(), size, on);

    device_buffer<std::uint32_t> order{size, on}, of_order{size, on};
    write_numbers(order.view(), on);
    sort_by(columns.view(), order, on);
    device_buffer<std::uint64_t> keys{size, on};
    launch(on, threads_for(size, block_threads), score_keys, scores.view(), order.view(), keys.view());
    sort_by(keys.const_view(), order, on);
    launch(on, threads_for(size, block_threads), take_rows, rows.view(), order.view(), of_order.view());
    sort_by(of_order.const_view(), order, on);

    device_buffer<std::uint32_t> best_columns{best.offsets.back(), on};
    device_buffer<double> best_scores{best.offsets.back(), on};
    launch(on, threads_for(size, block_threads), take_best, offsets.view(), kept.view(), rows.view(),
           order.view(), columns.view(), scores.view(), best_columns.view(), best_scores.view());
    best.columns = to_host(best_columns.const_view(), on);
    best.scores = to_host(best_scores.const_view(), on);
    return best;
}

} // namespace newsgpu::cuda
