#include "cuda/set_join.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/search.cuh"
#include "cuda/select.cuh"

#include <algorithm>
#include <utility>

namespace newsgpu::cuda {

namespace {

using element::packed_pair;
using element::similarity_goal;

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;
/// A word a lane.
constexpr std::int64_t bitmap_words = warp_size;

/// The shingles that several sets have, set by set in order of size; those of a set from the rarest on. Sets
/// are told by their rank in that order.
struct ranked_sets {
    view<std::uint32_t const> order;  ///< [S] the number of each
    view<std::int64_t const> sizes;   ///< [S] of the whole sets
    view<std::uint64_t const> hashes; ///< of shared shingles
    view<std::int64_t const> begins;  ///< [S + 1] of each set in `hashes`
    view<std::int64_t> probing;       ///< [S] see element::prefix_lengths
    view<std::int64_t> postings;      ///< [S + 1] how many are listed of the sets before

    __device__ std::int64_t num_shared(std::int64_t rank) const { return begins[rank + 1] - begins[rank]; }
};

/// Shared shingles in prefixes, by shingle and rank.
struct postings {
    view<std::uint64_t const> hashes;
    view<std::uint64_t const> members; ///< twice the rank, and 1 if the set looks for larger ones here

    __device__ std::int64_t rank(std::int64_t i) const { return static_cast<std::int64_t>(members[i] / 2); }
    __device__ bool probes(std::int64_t i) const { return members[i] % 2 != 0; }
};

__device__ std::int64_t slot_of(std::uint64_t hash, std::int64_t num_slots) {
    return static_cast<std::int64_t>(hash & static_cast<std::uint64_t>(num_slots - 1));
}

/// Which set has room for a shingle, and whether there is one.
struct place {
    std::int64_t set;
    bool is_taken;

    __device__ static place of(set_store const& sets, std::int64_t i) {
        auto const set = range_of(sets.begins, i);
        return {set, set < sets.sizes.size() && i - sets.begins[set] < sets.sizes[set]};
    }
};

/// A thread a place for a shingle.
__global__ void __launch_bounds__(block_threads)
    count_frequencies(set_store sets, view<std::uint32_t> frequencies) {
    auto const i = global_rank();
    if (i < sets.hashes.size() && place::of(sets, i).is_taken) {
        atomic_add(frequencies[slot_of(sets.hashes[i], frequencies.size())], 1U);
    }
}

/// A thread a place for a shingle: by what it is sorted, and whether it may be in several sets.
__global__ void __launch_bounds__(block_threads)
    key_shingles(set_store sets, view<std::uint32_t const> frequencies, view<std::uint32_t const> ranks,
                 view<std::uint64_t> keys, view<std::uint8_t> is_shared) {
    auto const i = global_rank();
    if (i >= sets.hashes.size()) {
        return;
    }
    auto const [set, is_taken] = place::of(sets, i);
    auto const frequency = is_taken ? frequencies[slot_of(sets.hashes[i], frequencies.size())] : 0;
    is_shared[i] = frequency > 1 ? 1 : 0;
    keys[i] = frequency > 1 ? std::uint64_t{ranks[set]} << 32 | frequency : 0;
}

/// A thread a set, and one behind them all.
__global__ void __launch_bounds__(block_threads) measure_prefixes(ranked_sets sets, similarity_goal goal) {
    auto const rank = global_rank();
    if (rank >= sets.postings.size()) {
        return;
    }
    if (rank == sets.order.size()) {
        sets.postings[rank] = 0;
        return;
    }
    auto const lengths = element::prefix_lengths::of(sets.sizes[rank], sets.num_shared(rank), goal);
    sets.probing[rank] = lengths.probing;
    sets.postings[rank] = lengths.listed;
}

/// A thread a posting.
__global__ void __launch_bounds__(block_threads)
    write_postings(ranked_sets sets, view<std::uint64_t> hashes, view<std::uint64_t> members) {
    auto const p = global_rank();
    if (p >= hashes.size()) {
        return;
    }
    auto const rank = range_of(sets.postings, p);
    auto const in_prefix = p - sets.postings[rank];
    hashes[p] = sets.hashes[sets.begins[rank] + in_prefix];
    members[p] = static_cast<std::uint64_t>(rank) * 2 + (in_prefix < sets.probing[rank] ? 1 : 0);
}

/// A thread a posting, and one behind them all: how many of those behind it are of sets that are not too
/// large.
__global__ void __launch_bounds__(block_threads)
    count_partners(ranked_sets sets, postings listed, similarity_goal goal, view<std::int64_t> partners) {
    auto const p = global_rank();
    if (p >= partners.size()) {
        return;
    }
    std::int64_t count = 0;
    if (p < listed.hashes.size() && listed.probes(p)) {
        auto const rank = listed.rank(p);
        auto const is_partner = [&](std::int64_t other) {
            return listed.hashes[other] == listed.hashes[p] &&
                   goal.least_overlap(sets.sizes[rank], sets.sizes[listed.rank(other)]) <=
                       sets.num_shared(rank);
        };
        count = partition_point(p + 1, listed.hashes.size(), is_partner) - (p + 1);
    }
    partners[p] = count;
}

/// A warp a set: every shared shingle flips one bit.
__global__ void __launch_bounds__(block_threads) make_bitmaps(ranked_sets sets, view<std::uint32_t> bitmaps) {
    auto const rank = global_rank() / warp_size;
    if (rank >= sets.order.size()) { // the whole warp
        return;
    }
    constexpr unsigned word_bits = 32;
    constexpr int shift = 64 - 10;
    constexpr std::uint32_t no_bit = 1U << (64 - shift);
    static_assert(bitmap_words * word_bits == no_bit);
    auto const shingles = sets.hashes.subview(sets.begins[rank], sets.num_shared(rank));
    std::uint32_t word = 0;
    for (std::int64_t first = 0; first < shingles.size(); first += warp_size) {
        auto const mine = first + lane_rank();
        auto const bit =
            mine < shingles.size() ? static_cast<std::uint32_t>(shingles[mine] >> shift) : no_bit;
        for (unsigned lane = 0; lane < warp_size; ++lane) {
            auto const flipped = shuffle(bit, lane);
            word ^= flipped / word_bits == lane_rank() ? 1U << flipped % word_bits : 0;
        }
    }
    bitmaps[rank * bitmap_words + lane_rank()] = word;
}

/// Pairs of sets, and which of them are to be compared.
struct met_pairs {
    view<packed_pair> pairs;
    view<std::uint8_t> is_candidate;
};

/// A thread a meeting, from the `first` on.
/// @param partners [postings + 1] how many meetings those before have.
__global__ void __launch_bounds__(block_threads)
    find_pairs(ranked_sets sets, postings listed, view<std::int64_t const> partners,
               view<std::uint32_t const> bitmaps, similarity_goal goal, std::int64_t num_left,
               std::int64_t first, met_pairs met) {
    auto const i = global_rank();
    if (i >= met.pairs.size()) {
        return;
    }
    auto const posting = range_of(partners, first + i);
    auto const a = listed.rank(posting);
    auto const b = listed.rank(posting + 1 + first + i - partners[posting]);
    auto const needed = goal.least_overlap(sets.sizes[a], sets.sizes[b]);
    auto const is_left = [&](std::int64_t rank) { return sets.order[rank] < num_left; };
    bool is_candidate = needed <= sets.num_shared(b) && (num_left == 0 || is_left(a) != is_left(b));
    if (is_candidate) {
        // |A n B| <= (|A| + |B| - differing bits) / 2
        std::int64_t differing = 0;
        for (std::int64_t word = 0; word < bitmap_words; ++word) {
            differing += count_ones(bitmaps[a * bitmap_words + word] ^ bitmaps[b * bitmap_words + word]);
        }
        is_candidate = differing <= sets.num_shared(a) + sets.num_shared(b) - 2 * needed;
    }
    auto const left = sets.order[a];
    auto const right = sets.order[b];
    met.pairs[i] = left < right ? element::pack(left, right) : element::pack(right, left);
    met.is_candidate[i] = is_candidate ? 1 : 0;
}

/// Owns ranked_sets.
struct sorted_sets {
    device_buffer<std::uint32_t> order;
    device_buffer<std::int64_t> sizes;
    device_buffer<std::uint64_t> hashes;
    device_buffer<std::int64_t> begins, probing, postings;

    ranked_sets ranked() {
        return {order.const_view(),  sizes.const_view(), hashes.const_view(),
                begins.const_view(), probing.view(),     postings.view()};
    }
};

sorted_sets sort_sets(set_join const& join, stream const& on) {
    auto const& sets = join.sets;
    auto const num_sets = sets.sizes.size();
    auto const num_places = sets.hashes.size();
    device_buffer<std::uint32_t> numbers{num_sets, on}, order{num_sets, on}, ranks{num_sets, on};
    device_buffer<std::int64_t> sizes{num_sets, on};
    write_numbers(numbers.view(), on);
    sort_pairs<std::int64_t, std::uint32_t>(sets.sizes, sizes.view(), numbers.const_view(), order.view(), on);
    write_inverse(order.const_view(), 0, ranks.view(), on);

    device_buffer<std::uint64_t> all_keys{num_places, on};
    device_buffer<std::uint8_t> is_shared{num_places, on};
    launch(on, threads_for(num_places, block_threads), key_shingles, sets, join.frequencies,
           ranks.const_view(), all_keys.view(), is_shared.view());
    auto const keys = select(all_keys.const_view(), is_shared.const_view(), on);
    auto const hashes = select(view<std::uint64_t const>{sets.hashes}, is_shared.const_view(), on);
    device_buffer<std::uint64_t> sorted_keys{keys.size(), on}, sorted_hashes{keys.size(), on};
    sort_pairs<std::uint64_t, std::uint64_t>(keys.view(), sorted_keys.view(), hashes.view(),
                                             sorted_hashes.view(), on);
    sorted_sets made{std::move(order),         std::move(sizes),
                     std::move(sorted_hashes), find_rows(sorted_keys.const_view(), num_sets, on),
                     {num_sets, on},           {num_sets + 1, on}};
    launch(on, threads_for(num_sets + 1, block_threads), measure_prefixes, made.ranked(), join.goal);
    exclusive_sum<std::int64_t>(made.postings.const_view(), made.postings.view(), on);
    return made;
}

/// Owns postings.
struct sorted_postings {
    device_buffer<std::uint64_t> hashes, members;

    postings listed() const { return {hashes.view(), members.view()}; }
};

sorted_postings sort_postings(sorted_sets& sets, stream const& on) {
    auto const count = to_host(sets.postings.view(), sets.order.size(), on);
    device_buffer<std::uint64_t> hashes{count, on}, members{count, on};
    sorted_postings made{{count, on}, {count, on}};
    launch(on, threads_for(count, block_threads), write_postings, sets.ranked(), hashes.view(),
           members.view());
    // They are written in order of rank, which a stable sort by shingle keeps.
    sort_pairs<std::uint64_t, std::uint64_t>(hashes.const_view(), made.hashes.view(), members.const_view(),
                                             made.members.view(), on);
    return made;
}

} // namespace

void add_frequencies(set_store sets, view<std::uint32_t> frequencies, stream const& on) {
    launch(on, threads_for(sets.hashes.size(), block_threads), count_frequencies, sets, frequencies);
}

void join_sets(set_join const& join, stream const& on, std::function<void(double)> const& poll,
               compared_pairs const& take) {
    auto sets = sort_sets(join, on);
    auto const num_sets = sets.order.size();
    device_buffer<std::uint32_t> bitmaps{num_sets * bitmap_words, on};
    launch(on, {parts_of(num_sets, block_warps), block_threads}, make_bitmaps, sets.ranked(), bitmaps.view());
    auto const postings = sort_postings(sets, on);
    auto const num_postings = postings.hashes.size();
    device_buffer<std::int64_t> partners{num_postings + 1, on};
    launch(on, threads_for(num_postings + 1, block_threads), count_partners, sets.ranked(), postings.listed(),
           join.goal, partners.view());
    exclusive_sum<std::int64_t>(partners.const_view(), partners.view(), on);

    auto const num_meetings = to_host(partners.view(), num_postings, on);
    for (std::int64_t first = 0; first < num_meetings; first += join.round) {
        poll(static_cast<double>(first) / static_cast<double>(num_meetings));
        auto const count = std::min(join.round, num_meetings - first);
        device_pairs met{count, on};
        device_buffer<std::uint8_t> is_candidate{count, on};
        launch(on, threads_for(count, block_threads), find_pairs, sets.ranked(), postings.listed(),
               partners.const_view(), bitmaps.const_view(), join.goal, join.num_left, first,
               met_pairs{met.view(), is_candidate.view()});
        auto const candidates = select(met.const_view(), is_candidate.const_view(), on);
        auto const pairs = merge_pairs({&candidates, 1}, on);
        take(pairs, compare_sets(join.sets, pairs.view(), join.goal, on));
    }
}

} // namespace newsgpu::cuda
