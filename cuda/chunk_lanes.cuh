#pragma once

#include "cuda/bits.cuh"
#include "cuda/byte_planes.cuh"
#include "cuda/collectives.cuh"
#include "cuda/segments.cuh"

#include <cstdint>

// What a lane of a chunk writes: lanes 1 to 30 have 32 bytes each, lanes 0 and 31 none.

namespace newsgpu::cuda {

/// The sum over the lanes 1 to 30.
__device__ inline std::uint32_t sum_of_inner_lanes(std::uint32_t value) {
    auto const lane = lane_rank();
    auto sum = lane == 0 || lane == warp_size - 1 ? 0 : value;
    for (unsigned by = warp_size / 2; by > 0; by /= 2) {
        sum += shuffle_xor(sum, by);
    }
    return sum;
}

/// Writes the segments that end with a lane's bytes. Every lane of the warp comes here.
__device__ inline void store_chunk(segments_view found, std::int64_t chunk, std::int64_t num_bytes,
                                   std::uint32_t ends, std::uint32_t tokens) {
    auto const lane = lane_rank();
    auto const word = chunk * chunk_words + lane - 1;
    bool const mine = lane > 0 && lane < warp_size - 1 && word < found.ends.size();
    auto const in_word = mine ? num_bytes - word * lane_bytes : 0;
    std::uint32_t const inside = in_word >= lane_bytes ? 0xFFFF'FFFF : (1u << in_word) - 1;
    if (mine) {
        found.ends[word] = ends & inside;
        found.tokens[word] = tokens & inside;
    }
    auto const count = sum_of_inner_lanes(static_cast<std::uint32_t>(count_ones(tokens & inside)));
    if (lane == 0) {
        found.chunk_tokens[chunk] = count;
    }
}

} // namespace newsgpu::cuda
