#include "cuda/shingle_sets.cuh"

#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/search.cuh"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;

/// Of which wanted documents the first and the last shingle of a block are.
struct block_owners {
    std::int64_t first, last;
};

/// A thread a shingle. `owners` tells which of the wanted documents it is of.
template <class Units>
__global__ void __launch_bounds__(block_threads)
    write_shingles(Units units, unit_ranges ranges, shingle_rule rule, wanted_documents wanted,
                   view<std::uint64_t> hashes, view<std::uint32_t> owners) {
    auto& of_block = shared<block_owners>();
    auto const i = global_rank();
    auto const begin_of_block = block_rank() * block_threads;
    auto const left = hashes.size() - begin_of_block;
    // Most blocks are within a document or two: a search among all of them for two threads is enough.
    if (thread_rank() < 2) {
        auto const last = begin_of_block + (left < block_threads ? left : block_threads) - 1;
        (thread_rank() == 0 ? of_block.first : of_block.last) =
            range_of(wanted.offsets, thread_rank() == 0 ? begin_of_block : last);
    }
    sync_block();
    if (i >= hashes.size()) {
        return;
    }
    auto const owner = range_of(wanted.offsets, i, of_block.first, of_block.last);
    auto const doc = wanted.documents[owner];
    auto const begin = ranges.begins[doc];
    hashes[i] = shingle_at(units, begin + i - wanted.offsets[owner], ranges.size_of(doc), rule);
    owners[i] = static_cast<std::uint32_t>(owner);
}

/// A thread a shingle: whether it is the first of those that are equal.
__global__ void __launch_bounds__(block_threads)
    mark_each_once(view<std::uint64_t const> hashes, view<std::uint32_t const> owners,
                   view<std::int64_t> is_first) {
    auto const i = global_rank();
    if (i < hashes.size()) {
        is_first[i] = i == 0 || hashes[i] != hashes[i - 1] || owners[i] != owners[i - 1] ? 1 : 0;
    }
}

/// A thread a shingle: the first ones into the set of their document; the last one of a document knows the
/// size.
__global__ void __launch_bounds__(block_threads)
    place_hashes(view<std::uint64_t const> hashes, view<std::uint32_t const> owners,
                 view<std::int64_t const> firsts_up_to, view<std::int64_t const> offsets, std::int64_t first,
                 set_store sets) {
    auto const i = global_rank();
    if (i >= hashes.size()) {
        return;
    }
    auto const owner = owners[i];
    auto const begin = offsets[owner];
    auto const size_up_to = firsts_up_to[i] - (begin == 0 ? 0 : firsts_up_to[begin - 1]);
    if (i == begin || firsts_up_to[i] != firsts_up_to[i - 1]) {
        sets.hashes[sets.begins[first + owner] + size_up_to - 1] = hashes[i];
    }
    if (i + 1 == offsets[owner + 1]) {
        sets.sizes[first + owner] = size_up_to;
    }
}

__device__ bool contains(view<std::uint64_t const> set, std::uint64_t hash) {
    auto const at = partition_point(0, set.size(), [&](std::int64_t i) { return set[i] < hash; });
    return at < set.size() && set[at] == hash;
}

/// A warp a pair: each hash of the smaller set is looked up in the larger one.
__global__ void __launch_bounds__(block_threads)
    compare_pairs(set_store sets, view<element::packed_pair const> pairs, element::similarity_goal goal,
                  view<double> similarities) {
    auto const p = global_rank() / warp_size;
    if (p >= pairs.size()) { // the whole warp
        return;
    }
    auto const set_of = [&](std::int64_t i) -> view<std::uint64_t const> {
        return sets.hashes.subview(sets.begins[i], sets.sizes[i]);
    };
    auto const left = set_of(element::left_of(pairs[p]));
    auto const right = set_of(element::right_of(pairs[p]));
    auto const smaller = left.size() < right.size() ? left : right;
    auto const larger = left.size() < right.size() ? right : left;
    std::int64_t common = 0;
    for (std::int64_t i = lane_rank(); i < smaller.size(); i += warp_size) {
        common += contains(larger, smaller[i]) ? 1 : 0;
    }
    common = sum_of_lanes(common);
    if (lane_rank() == 0) {
        auto const similarity = goal.similarity(left.size(), right.size(), common);
        similarities[p] = similarity >= goal.threshold ? similarity : 0;
    }
}

} // namespace

template <class Units>
void make_sets(Units const& units, unit_ranges ranges, shingle_rule rule, wanted_documents wanted,
               std::int64_t first, set_store sets, stream const& on) {
    auto const count = wanted.num_shingles;
    launch_config const a_thread_a_shingle = threads_for(count, block_threads);
    device_buffer<std::uint64_t> hashes{count, on}, sorted{count, on};
    device_buffer<std::uint32_t> owners{count, on}, sorted_owners{count, on};
    launch(on, a_thread_a_shingle, write_shingles<Units>, units, ranges, rule, wanted, hashes.view(),
           owners.view());
    // By hash, and then by document, which leaves those of a document in order.
    sort_pairs<std::uint64_t, std::uint32_t>(hashes.const_view(), sorted.view(), owners.const_view(),
                                             sorted_owners.view(), on);
    sort_pairs<std::uint32_t, std::uint64_t>(sorted_owners.const_view(), owners.view(), sorted.const_view(),
                                             hashes.view(), on, bits_up_to(wanted.documents.size()));
    device_buffer<std::int64_t> firsts_up_to{count, on};
    launch(on, a_thread_a_shingle, mark_each_once, hashes.const_view(), owners.const_view(),
           firsts_up_to.view());
    inclusive_sum<std::int64_t>(firsts_up_to.const_view(), firsts_up_to.view(), on);
    launch(on, a_thread_a_shingle, place_hashes, hashes.const_view(), owners.const_view(),
           firsts_up_to.const_view(), wanted.offsets, first, sets);
}

template void make_sets(hashed_characters const&, unit_ranges, shingle_rule, wanted_documents, std::int64_t,
                        set_store, stream const&);
template void make_sets(view<std::uint64_t const> const&, unit_ranges, shingle_rule, wanted_documents,
                        std::int64_t, set_store, stream const&);

device_buffer<double> compare_sets(set_store sets, view<element::packed_pair const> pairs,
                                   element::similarity_goal const& goal, stream const& on) {
    device_buffer<double> similarities{pairs.size(), on};
    launch(on, {parts_of(pairs.size(), block_warps), block_threads}, compare_pairs, sets, pairs, goal,
           similarities.view());
    return similarities;
}

} // namespace newsgpu::cuda
