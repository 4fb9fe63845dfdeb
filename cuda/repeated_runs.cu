#include "cuda/repeated_runs.cuh"

#include "cuda/collectives.cuh"
#include "cuda/growing_buffer.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/search.cuh"
#include "cuda/staging.cuh"
#include "cuda/term_slots.cuh"

#include "element/hash.hpp"

#include <algorithm>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// What a token of a stretch takes: its number, two hashes, a flag; and what a run of a range takes: its hash
/// and place, twice, a flag, and what sorting and growing take.
constexpr std::int64_t bytes_a_token = 4 + 2 * 8 + 8, bytes_a_run = 4 * 8 + 8 + 32;
constexpr std::int64_t least_stretch = std::int64_t{1} << 10, usual_stretch = std::int64_t{1} << 22;
/// Ranges of hashes, beyond which more would not help.
constexpr std::uint64_t most_ranges = 1 << 12;
constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;

/// One of the ranges that hashes are parted into.
struct hash_range {
    std::uint64_t number, of;

    /// Ranges ascend with the hashes in them: it is the upper half of hash times `of`.
    __device__ bool contains(std::uint64_t hash) const {
        return ((hash >> 32) * of + ((hash & 0xFFFF'FFFF) * of >> 32)) >> 32 == number;
    }
};

/// A thread a token: runs of one token.
__global__ void __launch_bounds__(block_threads)
    hash_numbers(view<std::uint32_t const> tokens, view<std::uint64_t> hashes) {
    auto const i = global_rank();
    if (i < tokens.size()) {
        hashes[i] = element::mix(std::uint64_t{tokens[i]} + 1);
    }
}

/// A thread a run: it is those that begin at its first token and `distance` tokens behind.
__global__ void __launch_bounds__(block_threads)
    join_runs(view<std::uint64_t const> parts, std::int64_t distance, view<std::uint64_t> runs) {
    auto const i = global_rank();
    if (i < runs.size()) {
        runs[i] = element::combine(parts[i], parts[i + distance]);
    }
}

/// A thread a run: whether it is all of one document and its hash, of which the bits in `mask` stay, in the
/// range.
__global__ void __launch_bounds__(block_threads)
    mark_in_range(view<std::uint64_t> hashes, std::uint64_t mask, view<std::int64_t const> offsets,
                  std::int64_t first, std::int64_t n, hash_range range, view<std::int64_t> is_marked) {
    auto const i = global_rank();
    if (i < hashes.size()) {
        hashes[i] &= mask;
        auto const document = range_of(offsets, first + i);
        is_marked[i] = range.contains(hashes[i]) && first + i + n <= offsets[document + 1] ? 1 : 0;
    }
}

/// A thread a run: whether the one before it or the next one has its hash.
__global__ void __launch_bounds__(block_threads)
    mark_repeated(view<std::uint64_t const> hashes, view<std::int64_t> is_marked) {
    auto const i = global_rank();
    if (i < hashes.size()) {
        bool const like_before = i > 0 && hashes[i - 1] == hashes[i];
        bool const like_next = i + 1 < hashes.size() && hashes[i + 1] == hashes[i];
        is_marked[i] = like_before || like_next ? 1 : 0;
    }
}

/// A thread a run: puts those that are marked one behind the other.
/// @param positions empty: run i is at `first` + i.
__global__ void __launch_bounds__(block_threads)
    gather_marked(view<std::uint64_t const> hashes, view<std::int64_t const> positions, std::int64_t first,
                  view<std::int64_t const> marked_up_to, view<std::uint64_t> hashes_out,
                  view<std::int64_t> positions_out) {
    auto const i = global_rank();
    if (i < hashes.size() && marked_up_to[i] != (i == 0 ? 0 : marked_up_to[i - 1])) {
        auto const to = marked_up_to[i] - 1;
        hashes_out[to] = hashes[i];
        positions_out[to] = positions.empty() ? first + i : positions[i];
    }
}

class run_finder {
public:
    run_finder(token_numbers const& numbers, std::int64_t n, std::int64_t stretch, stream const& on)
        : numbers_{numbers}, n_{n}, stretch_{stretch}, on_{on}, copies_{chunk_bytes},
          offsets_{to_device(view<std::int64_t const>{numbers.offsets}, on)} {
        on.synchronize();
    }

    /// Appends the repeated runs whose hash is in a range.
    void find(hash_range range, std::function<void(double)> const& poll, buffer<hashed_run>& found) {
        growing_buffer<std::uint64_t> hashes{on_};
        growing_buffer<std::int64_t> positions{on_};
        std::int64_t count = 0;
        auto const end = numbers_.size() - n_ + 1;
        for (std::int64_t first = 0; first < end; first += stretch_) {
            poll((static_cast<double>(range.number) + static_cast<double>(first) / static_cast<double>(end)) /
                 static_cast<double>(range.of));
            count = collect(first, std::min(stretch_, end - first), range, hashes, positions, count);
        }
        bring_repeated(hashes.view().subview(0, count), positions.view().subview(0, count), found);
    }

private:
    /// Appends the runs in a range that begin at one of so many tokens. Returns how many there are then.
    std::int64_t collect(std::int64_t first, std::int64_t num_runs, hash_range range,
                         growing_buffer<std::uint64_t>& hashes, growing_buffer<std::int64_t>& positions,
                         std::int64_t before) {
        auto made = hash_runs(first, num_runs);
        device_buffer<std::int64_t> marked_up_to{num_runs, on_};
        auto const a_thread_a_run = threads_for(num_runs, block_threads);
        auto const own = made.view().subview(0, num_runs);
        launch(on_, a_thread_a_run, mark_in_range, own, term_hash_mask(), offsets_.const_view(), first, n_,
               range, marked_up_to.view());
        inclusive_sum<std::int64_t>(marked_up_to.const_view(), marked_up_to.view(), on_);
        auto const count = to_host(marked_up_to.const_view(), num_runs - 1, on_);
        hashes.reserve(before + count, before, on_);
        positions.reserve(before + count, before, on_);
        launch(on_, a_thread_a_run, gather_marked, own, view<std::int64_t const>{}, first,
               marked_up_to.const_view(), hashes.view().subview(before, count),
               positions.view().subview(before, count));
        return before + count;
    }

    /// The hashes of the runs that begin at so many tokens, and more room behind them: each from those of two
    /// shorter runs, which cover it together, in as many steps as n has binary digits.
    device_buffer<std::uint64_t> hash_runs(std::int64_t first, std::int64_t num_runs) {
        auto const num_tokens = num_runs + n_ - 1;
        device_buffer<std::uint32_t> tokens{num_tokens, on_};
        copies_.upload<std::uint32_t>({numbers_.tokens.data() + first, num_tokens}, tokens.view(), on_);
        device_buffer<std::uint64_t> hashes{num_tokens, on_}, longer{num_tokens, on_};
        launch(on_, threads_for(num_tokens, block_threads), hash_numbers, tokens.const_view(), hashes.view());
        for (std::int64_t length = 1; length < n_;) {
            auto const distance = std::min(length, n_ - length);
            auto const left = num_tokens - length - distance + 1;
            launch(on_, threads_for(left, block_threads), join_runs, hashes.const_view(), distance,
                   longer.view().subview(0, left));
            std::swap(hashes, longer);
            length += distance;
        }
        return hashes;
    }

    void bring_repeated(view<std::uint64_t const> hashes, view<std::int64_t const> positions,
                        buffer<hashed_run>& found) {
        auto const count = hashes.size();
        if (count == 0) {
            return;
        }
        device_buffer<std::uint64_t> sorted{count, on_};
        device_buffer<std::int64_t> sorted_positions{count, on_}, marked_up_to{count, on_};
        sort_pairs(hashes, sorted.view(), positions, sorted_positions.view(), on_);
        auto const a_thread_a_run = threads_for(count, block_threads);
        launch(on_, a_thread_a_run, mark_repeated, sorted.const_view(), marked_up_to.view());
        inclusive_sum<std::int64_t>(marked_up_to.const_view(), marked_up_to.view(), on_);
        auto const repeated = to_host(marked_up_to.const_view(), count - 1, on_);
        device_buffer<std::uint64_t> repeated_hashes{repeated, on_};
        device_buffer<std::int64_t> repeated_positions{repeated, on_};
        launch(on_, a_thread_a_run, gather_marked, sorted.const_view(), sorted_positions.const_view(),
               std::int64_t{0}, marked_up_to.const_view(), repeated_hashes.view(), repeated_positions.view());
        buffer<std::uint64_t> host_hashes(static_cast<std::size_t>(repeated));
        buffer<std::int64_t> host_positions(host_hashes.size());
        copies_.download<std::uint64_t>(repeated_hashes.view(), host_hashes, on_);
        copies_.download<std::int64_t>(repeated_positions.view(), host_positions, on_);
        for (std::size_t i = 0; i < host_hashes.size(); ++i) {
            found.push_back({host_hashes[i], host_positions[i]});
        }
    }

    token_numbers const& numbers_;
    std::int64_t n_, stretch_;
    stream on_;
    staging copies_;
    device_buffer<std::int64_t> offsets_;
};

} // namespace

buffer<hashed_run> find_repeated_runs(token_numbers const& numbers, std::int64_t n, std::int64_t most_bytes,
                                      stream const& on, std::function<void(double)> const& poll) {
    buffer<hashed_run> found;
    auto stretch = std::clamp(most_bytes / 4 / bytes_a_token, least_stretch, usual_stretch);
    auto const num_runs = numbers.size() - n + 1;
    if (num_runs <= 0) {
        return found;
    }
    auto const runs_a_range = std::max(most_bytes / 2 / bytes_a_run, least_stretch);
    for (auto num_ranges = static_cast<std::uint64_t>(parts_of(num_runs, runs_a_range));; num_ranges *= 2) {
        try {
            run_finder finder{numbers, n, std::min(stretch, num_runs), on};
            for (std::uint64_t range = 0; range < num_ranges; ++range) {
                finder.find({range, num_ranges}, poll, found);
            }
            return found;
        } catch (out_of_device_memory const&) {
            if (num_ranges >= most_ranges) {
                throw;
            }
            found.clear();
            stretch = std::max(stretch / 2, least_stretch);
        }
    }
}

} // namespace newsgpu::cuda
