#include "backend.hpp"

#include "cuda/collectives.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/launch.cuh"
#include "cuda/row_blocks.cuh"
#include "cuda/staging.cuh"
#include "cuda/weigh_row.cuh"
#include "instantiations.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;
/// A few hundred MB of device memory; a longer row takes what it needs.
constexpr std::int64_t entries_a_batch = std::int64_t{1} << 24;

/// Blocks that an SM is to hold: for more the compiler would spill what a division needs.
[[maybe_unused]] constexpr unsigned weighing_blocks = 6; // the emulation has no launch bounds

/// A thread a row: sums are taken in its order.
template <class Value, class Offset, class Index>
__global__ void __launch_bounds__(block_threads, weighing_blocks)
    weigh_rows(view<Offset const> offsets, view<Index const> columns, view<Value> data, view<Value const> idf,
               row_norm norm) {
    auto const row = global_rank();
    if (row + 1 < offsets.size()) {
        auto const begin = std::int64_t{offsets[row]} - std::int64_t{offsets[0]};
        auto const size = std::int64_t{offsets[row + 1]} - std::int64_t{offsets[row]};
        weigh_row(data.data() + begin, columns.data() + begin, size, idf, norm);
    }
}

} // namespace

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm,
           execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    staging copies{chunk_bytes};
    device_buffer<Value> idf_there{idf.size(), on};
    copies.upload<Value>(idf, idf_there.view(), on);
    auto const num_rows = matrix.num_rows();
    for (std::int64_t row = 0, last; row < num_rows; row = last) {
        if (run.monitor != nullptr) {
            run.monitor->poll("weighing", static_cast<double>(row) / static_cast<double>(num_rows));
        }
        auto const begin = std::int64_t{matrix.indptr[row]};
        last = end_of_rows(matrix.indptr, row, {.entry = 1}, entries_a_batch);
        auto const size = std::int64_t{matrix.indptr[last]} - begin;
        device_buffer<Offset> offsets{last - row + 1, on};
        device_buffer<Index> columns{size, on};
        device_buffer<Value> data{size, on};
        auto const there = matrix.data.subview(begin, size);
        copies.upload<Offset>(matrix.indptr.subview(row, last - row + 1), offsets.view(), on);
        copies.upload<Index>(matrix.indices.subview(begin, size), columns.view(), on);
        copies.upload<Value>(there, data.view(), on);
        launch(on, {parts_of(last - row, block_threads), block_threads}, weigh_rows<Value, Offset, Index>,
               offsets.view(), columns.view(), data.view(), idf_there.const_view(), norm);
        copies.download<Value>(data.const_view(), there, on);
    }
}

#define NEWSGPU_INSTANTIATE(VALUE, OFFSET, INDEX)                                                            \
    template void weigh(csr_view<VALUE, OFFSET, INDEX>, view<VALUE const>, row_norm, execution const&);
NEWSGPU_FOR_WEIGHED_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu::cuda
