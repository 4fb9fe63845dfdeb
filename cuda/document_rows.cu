#include "cuda/document_rows.cuh"

#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/search.cuh"
#include "cuda/term_slots.cuh"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

__global__ void __launch_bounds__(block_threads)
    find_documents(view<std::int64_t const> before_document, view<std::uint32_t> documents) {
    auto const token = global_rank();
    if (token < documents.size()) {
        documents[token] = static_cast<std::uint32_t>(range_of(before_document, token));
    }
}

__global__ void __launch_bounds__(block_threads)
    make_entries(view<std::uint32_t const> ids, view<std::uint32_t const> ranks,
                 view<std::uint32_t const> documents, view<std::uint64_t> entries) {
    auto const token = global_rank();
    if (token < entries.size()) {
        auto const id = ids[token];
        auto const term = id == no_id || ranks.empty() ? id : ranks[id];
        entries[token] = id == no_id ? no_entry : std::uint64_t{documents[token]} << 32 | term;
    }
}

__global__ void __launch_bounds__(block_threads)
    gather(view<std::uint32_t const> at, view<std::uint32_t const> from, view<std::uint32_t> out) {
    auto const i = global_rank();
    if (i < out.size()) {
        out[i] = from[at[i]];
    }
}

__global__ void __launch_bounds__(block_threads)
    keep_whole_groups(view<std::uint32_t const> ids, view<std::uint32_t const> groups,
                      view<std::int64_t const> before_group, int n, view<std::uint32_t> out) {
    auto const token = global_rank();
    if (token < out.size()) {
        std::int64_t const group = groups[token];
        bool const is_whole = before_group[group] == token && before_group[group + 1] == token + n;
        out[token] = is_whole ? ids[token] : no_id;
    }
}

__global__ void __launch_bounds__(block_threads) number(view<std::uint32_t> out) {
    auto const i = global_rank();
    if (i < out.size()) {
        out[i] = static_cast<std::uint32_t>(i);
    }
}

__global__ void __launch_bounds__(block_threads)
    invert(view<std::uint32_t const> order, std::uint32_t first, view<std::uint32_t> to) {
    auto const i = global_rank();
    if (i < order.size()) {
        to[order[i]] = first + static_cast<std::uint32_t>(i);
    }
}

__global__ void __launch_bounds__(block_threads)
    find_offsets(view<std::uint64_t const> entries, view<std::int64_t> offsets) {
    auto const doc = global_rank();
    if (doc < offsets.size()) {
        offsets[doc] = partition_point(0, entries.size(), [&](std::int64_t i) {
            return static_cast<std::int64_t>(entries[i] >> 32) < doc;
        });
    }
}

/// A thread a document, and one behind them all.
template <class Count>
__global__ void __launch_bounds__(block_threads)
    recount(view<Count const> num_before, view<std::int64_t const> before_document, view<std::int64_t> out) {
    auto const doc = global_rank();
    if (doc < out.size()) {
        out[doc] = num_before[before_document[doc]];
    }
}

__global__ void __launch_bounds__(block_threads)
    add_up(view<std::uint64_t const> entries, view<std::uint32_t const> counts,
           view<std::int64_t> term_counts, view<std::int64_t> document_counts) {
    auto const i = global_rank();
    if (i < entries.size()) {
        auto const term = static_cast<std::int64_t>(entries[i] & 0xFFFF'FFFF);
        atomic_add(term_counts[term], std::int64_t{counts[i]});
        atomic_add(document_counts[term], std::int64_t{1});
    }
}

__global__ void __launch_bounds__(block_threads)
    rank_keys(view<std::uint64_t const> keys, view<std::uint32_t const> prefix_ranks,
              view<std::uint32_t const> part_ranks, view<std::uint64_t> out) {
    auto const i = global_rank();
    if (i < keys.size()) {
        auto const key = keys[i];
        out[i] = std::uint64_t{prefix_ranks[static_cast<std::int64_t>(key >> 32)]} << 32 |
                 part_ranks[static_cast<std::int64_t>(key & 0xFFFF'FFFF)];
    }
}

} // namespace

device_buffer<std::uint32_t> groups_of(view<std::int64_t const> before_group, std::int64_t num_tokens,
                                       stream const& on) {
    device_buffer<std::uint32_t> groups{num_tokens, on};
    launch(on, threads_for(num_tokens, block_threads), find_documents, before_group, groups.view());
    return groups;
}

void write_entries(view<std::uint32_t const> ids, view<std::uint32_t const> ranks,
                   view<std::uint32_t const> documents, view<std::uint64_t> entries, stream const& on) {
    launch(on, threads_for(entries.size(), block_threads), make_entries, ids, ranks, documents, entries);
}

void write_first_groups(view<std::uint32_t const> firsts, view<std::uint32_t const> groups,
                        view<std::uint32_t> out, stream const& on) {
    launch(on, threads_for(out.size(), block_threads), gather, firsts, groups, out);
}

void write_whole_groups(view<std::uint32_t const> ids, view<std::uint32_t const> groups,
                        view<std::int64_t const> before_group, int n, view<std::uint32_t> out,
                        stream const& on) {
    launch(on, threads_for(out.size(), block_threads), keep_whole_groups, ids, groups, before_group, n, out);
}

void write_numbers(view<std::uint32_t> out, stream const& on) {
    launch(on, threads_for(out.size(), block_threads), number, out);
}

void write_inverse(view<std::uint32_t const> order, std::uint32_t first, view<std::uint32_t> to,
                   stream const& on) {
    launch(on, threads_for(order.size(), block_threads), invert, order, first, to);
}

device_buffer<std::int64_t> find_rows(view<std::uint64_t const> entries, std::int64_t num_documents,
                                      stream const& on) {
    device_buffer<std::int64_t> offsets{num_documents + 1, on};
    launch(on, threads_for(offsets.size(), block_threads), find_offsets, entries, offsets.view());
    return offsets;
}

template <class Count>
void recount_documents(view<Count const> num_before, view<std::int64_t const> before_document,
                       view<std::int64_t> out, stream const& on) {
    launch(on, threads_for(out.size(), block_threads), recount<Count>, num_before, before_document, out);
}
template void recount_documents(view<std::uint32_t const>, view<std::int64_t const>, view<std::int64_t>,
                                stream const&);
template void recount_documents(view<std::int64_t const>, view<std::int64_t const>, view<std::int64_t>,
                                stream const&);

void add_entries(view<std::uint64_t const> entries, view<std::uint32_t const> counts,
                 view<std::int64_t> term_counts, view<std::int64_t> document_counts, stream const& on) {
    launch(on, threads_for(entries.size(), block_threads), add_up, entries, counts, term_counts,
           document_counts);
}

void write_ranked_keys(view<std::uint64_t const> keys, view<std::uint32_t const> prefix_ranks,
                       view<std::uint32_t const> part_ranks, view<std::uint64_t> out, stream const& on) {
    launch(on, threads_for(keys.size(), block_threads), rank_keys, keys, prefix_ranks, part_ranks, out);
}

} // namespace newsgpu::cuda
