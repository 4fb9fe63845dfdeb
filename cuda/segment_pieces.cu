#include "cuda/segment_pieces.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"

#include <algorithm>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

__global__ void __launch_bounds__(block_threads)
    shift_ends(view<std::uint32_t const> ends, view<std::uint32_t> breaks) {
    auto const word = global_rank();
    if (word < breaks.size()) {
        auto const here = word < ends.size() ? ends[word] << 1 : 0;
        breaks[word] = here | (word > 0 ? ends[word - 1] >> (word_bits - 1) : 1);
    }
}

/// The piece that holds byte `at`. Pieces are short, so that the walk is.
__device__ std::int64_t begin_of_piece(view<std::uint32_t const> breaks, std::int64_t at) {
    auto word = at / word_bits;
    auto bits = breaks[word] & (0xFFFF'FFFF >> (word_bits - 1 - at % word_bits));
    while (bits == 0) {
        bits = breaks[--word];
    }
    return word * word_bits + highest_one(bits);
}

__device__ std::int64_t end_of_piece(view<std::uint32_t const> breaks, std::int64_t at) {
    auto word = (at + 1) / word_bits;
    auto bits = breaks[word] & (0xFFFF'FFFF << ((at + 1) % word_bits));
    while (bits == 0) {
        bits = breaks[++word];
    }
    return word * word_bits + lowest_one(bits);
}

__global__ void __launch_bounds__(block_threads)
    find_pieces(view<std::uint32_t const> breaks, view<std::int64_t const> places,
                view<std::int64_t> bounds) {
    auto const i = global_rank();
    if (i < places.size()) {
        bounds[2 * i] = begin_of_piece(breaks, places[i]);
        bounds[2 * i + 1] = end_of_piece(breaks, places[i]);
    }
}

} // namespace

device_buffer<std::uint32_t> breaks_of_segments(view<std::uint32_t const> ends, std::int64_t num_bytes,
                                                stream const& on) {
    device_buffer<std::uint32_t> breaks{num_bytes / word_bits + 1, on};
    launch(on, threads_for(breaks.size(), block_threads), shift_ends, ends, breaks.view());
    return breaks;
}

buffer<std::int64_t> cut_around(text_view pieces, view<std::int64_t const> places, stream const& on) {
    auto const there = to_device(places, on);
    device_buffer<std::int64_t> bounds{2 * places.size(), on};
    launch(on, threads_for(places.size(), block_threads), find_pieces, pieces.breaks, there.view(),
           bounds.view());
    auto offsets = to_host(bounds.view(), on);
    offsets.push_back(0);
    offsets.push_back(pieces.num_bytes);
    // A piece ends where another may begin.
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    return offsets;
}

} // namespace newsgpu::cuda
