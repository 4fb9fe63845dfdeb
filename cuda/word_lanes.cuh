#pragma once

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/words.cuh"

#include <cstdint>

// What a lane of a tile writes.

namespace newsgpu::cuda {

/// Lanes 1 to 30 own bytes of the tile.
__device__ inline bool is_inner_lane() {
    return lane_rank() - 1 < tile_lanes;
}

/// One lane adds the warp's tile.
__device__ inline void append(tile_list const& list, std::int64_t tile) {
    list.tiles[atomic_add(list.count[0], 1u)] = static_cast<std::uint32_t>(tile);
}

/// The bytes of a lane's 64 that belong to the text.
__device__ inline std::uint64_t bytes_inside(std::int64_t num_bytes, std::int64_t word) {
    auto const left = num_bytes - word * wide_lane_bytes;
    return left >= wide_lane_bytes ? ~std::uint64_t{0} : left <= 0 ? 0 : (std::uint64_t{1} << left) - 1;
}

__device__ inline void store(view<std::uint32_t> words, std::int64_t i, std::uint64_t bits) {
    if (2 * i < words.size()) {
        words[2 * i] = static_cast<std::uint32_t>(bits);
    }
    if (2 * i + 1 < words.size()) {
        words[2 * i + 1] = static_cast<std::uint32_t>(bits >> 32);
    }
}

/// Segments that end with the bytes of a lane.
struct lane_segments {
    std::uint64_t ends, low, high;
};

/// Writes the segments of a tile, and which of them are tokens. Every lane of the warp comes here.
template <bool AllSegments>
__device__ void store_segments(segments_view found, std::int64_t tile, std::int64_t num_bytes,
                               lane_segments const& mine) {
    auto const lane = lane_rank();
    auto const word = tile * tile_lanes + lane - 1;
    std::uint32_t count = 0;
    if (is_inner_lane()) {
        auto const ends = mine.ends & bytes_inside(num_bytes, word);
        auto const tokens = AllSegments ? ends : ends & (mine.low | mine.high);
        store(found.ends, word, ends);
        store(found.tokens, word, tokens);
        store(found.low, word, mine.low);
        store(found.high, word, mine.high);
        // The chunks of a tile, 16 bits each: one sum does for both.
        count = static_cast<std::uint32_t>(count_ones(tokens)) << (lane <= tile_lanes / tile_chunks ? 0 : 16);
    }
    for (unsigned by = warp_size / 2; by > 0; by /= 2) {
        count += shuffle_xor(count, by);
    }
    auto const chunk = tile * tile_chunks + lane;
    if (lane < tile_chunks && chunk < found.chunk_tokens.size()) {
        found.chunk_tokens[chunk] = count >> (16 * lane) & 0xFFFF;
    }
}

} // namespace newsgpu::cuda
