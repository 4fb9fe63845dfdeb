#include "cuda/candidates.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/select.cuh"

#include <utility>

namespace newsgpu::cuda {

namespace {

using element::packed_pair;

constexpr unsigned block_threads = 256;

/// How many of four bytes are the same.
__device__ int count_equal_bytes(std::uint32_t a, std::uint32_t b) {
    constexpr std::uint32_t low_bits = 0x7F7F'7F7F;
    auto const differing = a ^ b;
    return count_ones(~(((differing & low_bits) + low_bits) | differing | low_bits));
}

/// The estimate filter, and where pairs go that pass it.
struct pair_filter {
    view<uint4 const> bytes; ///< of kept_sketches
    std::int64_t quads;      ///< a document's
    std::int32_t min_agreement;
    view<packed_pair> pairs;
    view<std::uint64_t> num_pairs; ///< [1] how many there are, whether they have room or not

    __device__ void compare(std::uint32_t left, std::uint32_t right) const {
        int agreement = 0;
        for (std::int64_t i = 0; i < quads; ++i) {
            auto const a = bytes[left * quads + i];
            auto const b = bytes[right * quads + i];
            agreement += count_equal_bytes(a.x, b.x) + count_equal_bytes(a.y, b.y) +
                         count_equal_bytes(a.z, b.z) + count_equal_bytes(a.w, b.w);
        }
        if (agreement >= min_agreement) {
            auto const at = static_cast<std::int64_t>(atomic_add(num_pairs[0], std::uint64_t{1}));
            if (at < pairs.size()) {
                pairs[at] = element::pack(left, right);
            }
        }
    }
};

/// A thread a document.
__global__ void __launch_bounds__(block_threads)
    gather_keys(view<std::uint32_t const> keys, view<std::uint32_t const> documents,
                view<std::uint32_t> gathered) {
    if (global_rank() < documents.size()) {
        gathered[global_rank()] = keys[documents[global_rank()]];
    }
}

/// A thread a document: those with its key before and behind it, no more than are small.
__global__ void __launch_bounds__(block_threads)
    compare_neighbours(view<std::uint32_t const> keys, view<std::uint32_t const> documents, std::int64_t most,
                       pair_filter filter, view<std::uint8_t> in_large) {
    auto const i = global_rank();
    if (i >= keys.size()) {
        return;
    }
    std::int64_t before = 0, behind = 0;
    while (before < most && before < i && keys[i - before - 1] == keys[i]) {
        ++before;
    }
    while (before + behind < most && i + behind + 1 < keys.size() && keys[i + behind + 1] == keys[i]) {
        ++behind;
    }
    bool const is_large = before + 1 + behind > most;
    in_large[i] = is_large ? 1 : 0;
    for (auto k = is_large ? 0 : before; k > 0; --k) {
        filter.compare(documents[i - k], documents[i]);
    }
}

/// A block a member.
__global__ void __launch_bounds__(block_threads)
    compare_with_earlier(view<std::uint32_t const> members, view<std::int64_t const> begins,
                         pair_filter filter) {
    auto const i = block_rank();
    for (auto other = begins[i] + thread_rank(); other < i; other += block_threads) {
        filter.compare(members[other], members[i]);
    }
}

/// Runs `compare(filter)`, and once more where there was not room for all pairs.
template <class Compare>
device_pairs collect_pairs(kept_sketches kept, element::lsh_plan const& plan, std::int64_t expected,
                           stream const& on, Compare compare) {
    constexpr int bytes_a_quad = sizeof(uint4);
    device_buffer<std::uint64_t> num_pairs{1, on};
    for (auto room = expected;;) {
        device_pairs pairs{room, on};
        fill_bytes(num_pairs.view(), 0, on);
        compare(pair_filter{kept.bytes, plan.num_minima / bytes_a_quad, plan.min_agreement, pairs.view(),
                            num_pairs.view()});
        auto const found = static_cast<std::int64_t>(to_host(num_pairs.view(), 0, on));
        if (found == room) {
            return pairs;
        }
        if (found < room) {
            device_pairs exact{found, on};
            copy_on_device<packed_pair>(pairs.const_view().subview(0, found), exact.view(), on);
            return exact;
        }
        room = found;
    }
}

} // namespace

band_members compare_band(kept_sketches kept, element::lsh_plan const& plan, std::int32_t band,
                          view<std::uint32_t const> documents, std::int64_t most, stream const& on) {
    auto const count = documents.size();
    auto const num_kept = kept.keys.size() / plan.bands;
    device_buffer<std::uint32_t> gathered{count, on}, keys{count, on}, sorted{count, on};
    device_buffer<std::uint8_t> in_large{count, on};
    launch_config const a_thread_a_document = threads_for(count, block_threads);
    launch(on, a_thread_a_document, gather_keys, kept.keys.subview(band * num_kept, num_kept), documents,
           gathered.view());
    sort_pairs<std::uint32_t, std::uint32_t>(gathered.const_view(), keys.view(), documents, sorted.view(),
                                             on);
    auto pairs = collect_pairs(kept, plan, count, on, [&](pair_filter const& filter) {
        launch(on, a_thread_a_document, compare_neighbours, keys.const_view(), sorted.const_view(), most,
               filter, in_large.view());
    });
    return {std::move(pairs), select(keys.const_view(), in_large.const_view(), on),
            select(sorted.const_view(), in_large.const_view(), on)};
}

device_pairs compare_members(kept_sketches kept, element::lsh_plan const& plan,
                             view<std::uint32_t const> members, view<std::int64_t const> begins,
                             stream const& on) {
    return collect_pairs(kept, plan, members.size(), on, [&](pair_filter const& filter) {
        launch(on, {members.size(), block_threads}, compare_with_earlier, members, begins, filter);
    });
}

device_pairs merge_pairs(view<device_pairs const> lists, stream const& on) {
    std::int64_t total = 0;
    for (auto const& list : lists) {
        total += list.size();
    }
    device_pairs all{total, on}, sorted{total, on}, merged{total, on};
    std::int64_t at = 0;
    for (auto const& list : lists) {
        copy_on_device<packed_pair>(list.view(), all.view().subview(at, list.size()), on);
        at += list.size();
    }
    sort_keys<packed_pair>(all.const_view(), sorted.view(), on);
    device_buffer<std::int64_t> num_merged{1, on};
    unique<packed_pair>(sorted.const_view(), merged.view(), num_merged.view(), on);
    auto const count = to_host(num_merged.view(), 0, on);
    device_pairs exact{count, on};
    copy_on_device<packed_pair>(merged.const_view().subview(0, count), exact.view(), on);
    return exact;
}

} // namespace newsgpu::cuda
