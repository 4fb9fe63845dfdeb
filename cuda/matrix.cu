#include "cuda/matrix.cuh"

#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/weigh_row.cuh"

#include <algorithm>
#include <type_traits>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

launch_config threads_for(std::int64_t items, site where = site::current()) {
    return {parts_of(items, block_threads), block_threads, 0, where};
}

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

/// A thread a row: sums are taken in its order.
template <class Value>
__global__ void __launch_bounds__(block_threads)
    weigh_rows(view<std::int64_t const> offsets, view<std::int32_t const> indices, view<Value> data,
               view<Value const> idf, row_norm norm) {
    auto const row = global_rank();
    if (row + 1 < offsets.size()) {
        auto const begin = offsets[row];
        weigh_row(data.data() + begin, indices.data() + begin, offsets[row + 1] - begin, idf, norm);
    }
}

/// Makes rows and brings them home, batch by batch.
template <class Value>
class matrix_maker {
public:
    matrix_maker(buffer<std::int32_t> const& columns, std::int64_t num_columns,
                 matrix_options<Value> const& options, stream const& on)
        : on_{on}, columns_{to_device(view<std::int32_t const>{columns}, on)},
          idf_{to_device(options.idf, on)}, binary_{options.binary}, norm_{options.norm} {
        made_.num_columns = num_columns;
        on.synchronize(); // before the host's arrays go
    }

    void add(host_rows const& rows, staging& copies) {
        auto const size = std::ssize(rows.terms);
        device_buffer<std::uint32_t> terms{size, on_}, counts{size, on_};
        device_buffer<std::int64_t> offsets{std::ssize(rows.offsets), on_}, is_kept{size, on_},
            places{size, on_};
        copies.upload<std::uint32_t>(rows.terms, terms.view(), on_);
        copies.upload<std::uint32_t>(rows.counts, counts.view(), on_);
        copies.upload<std::int64_t>(rows.offsets, offsets.view(), on_);
        launch(on_, threads_for(size), mark_kept, terms.view(), columns_.view(), is_kept.view());
        exclusive_sum(is_kept.const_view(), places.view(), on_);
        auto const total = size == 0 ? 0
                                     : to_host(places.const_view(), size - 1, on_) +
                                           to_host(is_kept.const_view(), size - 1, on_);
        device_buffer<std::int32_t> indices{total, on_};
        device_buffer<Value> data{total, on_};
        launch(on_, threads_for(size), place_entries<Value>, terms.view(), counts.view(), columns_.view(),
               places.view(), binary_, indices.view(), data.view());
        launch(on_, threads_for(offsets.size()), move_offsets, places.view(), total, offsets.view());
        if constexpr (std::is_floating_point_v<Value>) {
            launch(on_, threads_for(rows.num_documents()), weigh_rows<Value>, offsets.view(), indices.view(),
                   data.view(), idf_.const_view(), norm_);
        }
        bring_home(offsets.view(), indices.view(), data.view(), copies);
    }

    csr_matrix<Value> take() { return std::move(made_); }

private:
    void bring_home(view<std::int64_t const> offsets, view<std::int32_t const> indices,
                    view<Value const> data, staging& copies) {
        auto const rows_before = made_.num_rows(), entries_before = made_.num_entries();
        auto const rows = offsets.size() - 1, entries = indices.size();
        made_.indptr.resize(static_cast<std::size_t>(rows_before + rows + 1));
        made_.indices.resize(static_cast<std::size_t>(entries_before + entries));
        made_.data.resize(made_.indices.size());
        view<std::int64_t> const new_offsets{made_.indptr.data() + rows_before + 1, rows};
        copies.download<std::int64_t>(offsets.subview(1, rows), new_offsets, on_);
        for (auto& offset : new_offsets) {
            offset += entries_before;
        }
        copies.download<std::int32_t>(indices, {made_.indices.data() + entries_before, entries}, on_);
        copies.download<Value>(data, {made_.data.data() + entries_before, entries}, on_);
    }

    stream const& on_;
    device_buffer<std::int32_t> columns_;
    device_buffer<Value> idf_;
    bool binary_;
    row_norm norm_;
    csr_matrix<Value> made_;
};

constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;

} // namespace

device_buffer<std::uint32_t> terms_of(view<std::uint64_t const> entries, stream const& on) {
    device_buffer<std::uint32_t> terms{entries.size(), on};
    launch(on, threads_for(entries.size()), take_terms, entries, terms.view());
    return terms;
}

template <class Value>
csr_matrix<Value> write_matrix(std::vector<host_rows> const& rows, buffer<std::int32_t> const& columns,
                               std::int64_t num_columns, matrix_options<Value> const& options,
                               execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    staging copies{chunk_bytes};
    matrix_maker<Value> maker{columns, num_columns, options, on};
    for (auto const& batch : rows) {
        if (run.monitor != nullptr) {
            run.monitor->poll("making rows", 0);
        }
        maker.add(batch, copies);
    }
    return maker.take();
}

template csr_matrix<std::int32_t> write_matrix(std::vector<host_rows> const&, buffer<std::int32_t> const&,
                                               std::int64_t, matrix_options<std::int32_t> const&,
                                               execution const&);
template csr_matrix<std::int64_t> write_matrix(std::vector<host_rows> const&, buffer<std::int32_t> const&,
                                               std::int64_t, matrix_options<std::int64_t> const&,
                                               execution const&);
template csr_matrix<float> write_matrix(std::vector<host_rows> const&, buffer<std::int32_t> const&,
                                        std::int64_t, matrix_options<float> const&, execution const&);
template csr_matrix<double> write_matrix(std::vector<host_rows> const&, buffer<std::int32_t> const&,
                                         std::int64_t, matrix_options<double> const&, execution const&);

} // namespace newsgpu::cuda
