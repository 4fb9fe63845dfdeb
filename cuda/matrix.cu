#include "cuda/matrix.cuh"

#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/weigh_row.cuh"
#include "instantiations.hpp"

#include <newsgpu/error.hpp>

#include <type_traits>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

__global__ void __launch_bounds__(block_threads)
    take_terms(view<std::uint64_t const> entries, view<std::uint32_t> terms) {
    auto const i = global_rank();
    if (i < entries.size()) {
        terms[i] = static_cast<std::uint32_t>(entries[i] & 0xFFFF'FFFF);
    }
}

__global__ void __launch_bounds__(block_threads)
    mark_kept(view<std::uint32_t const> terms, view<std::int32_t const> columns, view<std::int64_t> is_kept) {
    auto const i = global_rank();
    if (i < terms.size()) {
        is_kept[i] = columns[terms[i]] >= 0 ? 1 : 0;
    }
}

/// Entries behind each other, without those that are left out.
template <class Value>
__global__ void __launch_bounds__(block_threads)
    place_entries(view<std::uint32_t const> terms, view<std::uint32_t const> counts,
                  view<std::int32_t const> columns, view<std::int64_t const> places, bool binary,
                  view<std::int32_t> indices, view<Value> data) {
    auto const i = global_rank();
    if (i < terms.size()) {
        auto const column = columns[terms[i]];
        if (column >= 0) {
            indices[places[i]] = column;
            data[places[i]] = binary ? Value{1} : static_cast<Value>(counts[i]);
        }
    }
}

__global__ void __launch_bounds__(block_threads)
    move_offsets(view<std::int64_t const> places, std::int64_t total, view<std::int64_t> offsets) {
    auto const row = global_rank();
    if (row < offsets.size()) {
        auto const at = offsets[row];
        offsets[row] = at < places.size() ? places[at] : total;
    }
}

/// Document << 32 | column of each entry, and its count with the sign of its term.
__global__ void __launch_bounds__(block_threads)
    aim(view<std::uint64_t const> entries, view<std::uint32_t const> counts,
        view<std::uint32_t const> targets, view<std::uint64_t> keys, view<std::int64_t> values) {
    auto const i = global_rank();
    if (i < entries.size()) {
        auto const target = targets[static_cast<std::int64_t>(entries[i] & 0xFFFF'FFFF)];
        bool const has_column = target != matrix_maker<double>::no_target;
        keys[i] = has_column ? (entries[i] >> 32 << 32) | target >> 1 : no_entry;
        values[i] = (target & 1) != 0 ? -std::int64_t{counts[i]} : std::int64_t{counts[i]};
    }
}

template <class Value>
__global__ void __launch_bounds__(block_threads)
    take_sums(view<std::uint64_t const> entries, view<std::int64_t const> sums, bool binary,
              view<std::int32_t> indices, view<Value> data, view<std::uint32_t> overflows) {
    auto const i = global_rank();
    if (i < entries.size()) {
        indices[i] = static_cast<std::int32_t>(entries[i] & 0xFFFF'FFFF);
        data[i] = binary ? Value{1} : static_cast<Value>(sums[i]);
        overflows[i] = sums[i] != static_cast<std::int32_t>(sums[i]) ? 1 : 0;
    }
}

/// Blocks of `weigh_rows` that an SM is to hold: for more, sm_100's compiler spills.
[[maybe_unused]] constexpr unsigned weighing_blocks = 6; // the emulation has no launch bounds

/// A thread a row: sums are taken in its order.
template <class Value>
__global__ void __launch_bounds__(block_threads, weighing_blocks)
    weigh_rows(view<std::int64_t const> offsets, view<std::int32_t const> indices, view<Value> data,
               view<Value const> idf, row_norm norm) {
    auto const row = global_rank();
    if (row + 1 < offsets.size()) {
        auto const begin = offsets[row];
        weigh_row(data.data() + begin, indices.data() + begin, offsets[row + 1] - begin, idf, norm);
    }
}

constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;

} // namespace

device_buffer<std::uint32_t> terms_of(view<std::uint64_t const> entries, stream const& on) {
    device_buffer<std::uint32_t> terms{entries.size(), on};
    launch(on, threads_for(entries.size(), block_threads), take_terms, entries, terms.view());
    return terms;
}

template <class Value>
matrix_maker<Value>::matrix_maker(std::int64_t num_columns, matrix_options<Value> const& options,
                                  stream const& on)
    : idf_{to_device(options.idf, on)}, binary_{options.binary}, norm_{options.norm} {
    made_.num_columns = num_columns;
    on.synchronize(); // other streams read the copy
}

template <class Value>
void matrix_maker<Value>::add(host_rows const& rows, view<std::int32_t const> columns, stream const& on,
                              staging& copies) {
    auto const size = std::ssize(rows.terms);
    device_buffer<std::uint32_t> terms{size, on}, counts{size, on};
    device_buffer<std::int64_t> offsets{std::ssize(rows.offsets), on}, is_kept{size, on}, places{size, on};
    copies.upload<std::uint32_t>(rows.terms, terms.view(), on);
    copies.upload<std::uint32_t>(rows.counts, counts.view(), on);
    copies.upload<std::int64_t>(rows.offsets, offsets.view(), on);
    launch(on, threads_for(size, block_threads), mark_kept, terms.view(), columns, is_kept.view());
    exclusive_sum(is_kept.const_view(), places.view(), on);
    auto const total =
        size == 0 ? 0
                  : to_host(places.const_view(), size - 1, on) + to_host(is_kept.const_view(), size - 1, on);
    device_buffer<std::int32_t> indices{total, on};
    device_buffer<Value> data{total, on};
    launch(on, threads_for(size, block_threads), place_entries<Value>, terms.view(), counts.view(), columns,
           places.view(), binary_, indices.view(), data.view());
    launch(on, threads_for(offsets.size(), block_threads), move_offsets, places.view(), total,
           offsets.view());
    weigh_and_bring_home(offsets.view(), indices.view(), data.view(), on, copies);
}

template <class Value>
void matrix_maker<Value>::add_up(counted_batch const& counted, view<std::uint32_t const> targets,
                                 stream const& on, staging& copies) {
    auto const size = counted.entries.size();
    device_buffer<std::uint64_t> unsorted{size, on}, keys{size, on};
    device_buffer<std::int64_t> values{size, on}, sorted{size, on}, num_runs{1, on};
    launch(on, threads_for(size, block_threads), aim, counted.entries, counted.counts, targets,
           unsorted.view(), values.view());
    sort_pairs(unsorted.const_view(), keys.view(), values.const_view(), sorted.view(), on,
               bits_of_entries(counted.offsets.size() - 1));
    // What was sorted takes the sums.
    reduce_by_key(keys.const_view(), sorted.const_view(), unsorted.view(), values.view(), num_runs.view(),
                  on);
    auto total = to_host(num_runs.const_view(), 0, on);
    if (total > 0 && to_host(keys.const_view(), size - 1, on) == no_entry) {
        --total; // behind all others is what has no column
    }
    auto const entries = unsorted.const_view().subview(0, total);
    auto const offsets = find_rows(entries, counted.offsets.size() - 1, on);
    device_buffer<std::int32_t> indices{total, on};
    device_buffer<Value> data{total, on};
    device_buffer<std::uint32_t> overflows{total, on}, num_overflows{1, on};
    launch(on, threads_for(total, block_threads), take_sums<Value>, entries, values.const_view(), binary_,
           indices.view(), data.view(), overflows.view());
    sum(overflows.const_view(), num_overflows.view(), on);
    if (to_host(num_overflows.const_view(), 0, on) != 0) {
        throw invalid_input{"a document's terms of one column pass 2^31 occurrences"};
    }
    weigh_and_bring_home(offsets.view(), indices.view(), data.view(), on, copies);
}

template <class Value>
void matrix_maker<Value>::weigh_and_bring_home(view<std::int64_t const> offsets,
                                               view<std::int32_t const> indices, view<Value> data,
                                               stream const& on, staging& copies) {
    auto const rows = offsets.size() - 1, entries = indices.size();
    if constexpr (std::is_floating_point_v<Value>) {
        launch(on, threads_for(rows, block_threads), weigh_rows<Value>, offsets, indices, data,
               idf_.const_view(), norm_);
    }
    auto const rows_before = made_.num_rows(), entries_before = made_.num_entries();
    made_.indptr.resize(static_cast<std::size_t>(rows_before + rows + 1));
    made_.indices.resize(static_cast<std::size_t>(entries_before + entries));
    made_.data.resize(made_.indices.size());
    view<std::int64_t> const new_offsets{made_.indptr.data() + rows_before + 1, rows};
    copies.download<std::int64_t>(offsets.subview(1, rows), new_offsets, on);
    for (auto& offset : new_offsets) {
        offset += entries_before;
    }
    copies.download<std::int32_t>(indices, {made_.indices.data() + entries_before, entries}, on);
    copies.download<Value>({data.data(), entries}, {made_.data.data() + entries_before, entries}, on);
}

template <class Value>
csr_matrix<Value> write_matrix(std::vector<host_rows> const& rows, buffer<std::int32_t> const& columns,
                               std::int64_t num_columns, matrix_options<Value> const& options,
                               execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    staging copies{chunk_bytes};
    auto const columns_there = to_device(view<std::int32_t const>{columns}, on);
    matrix_maker<Value> maker{num_columns, options, on};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (run.monitor != nullptr) {
            run.monitor->poll("making rows", static_cast<double>(i) / static_cast<double>(rows.size()));
        }
        maker.add(rows[i], columns_there.view(), on, copies);
    }
    return maker.take();
}

#define NEWSGPU_INSTANTIATE(VALUE)                                                                           \
    template class matrix_maker<VALUE>;                                                                      \
    template csr_matrix<VALUE> write_matrix(std::vector<host_rows> const&, buffer<std::int32_t> const&,      \
                                            std::int64_t, matrix_options<VALUE> const&, execution const&);
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu::cuda
