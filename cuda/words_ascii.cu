#include "cuda/words.cuh"

#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/word_classes.cuh"
#include "cuda/word_lanes.cuh"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// The first or the last bits of a lane's words side by side: one shuffle hands all of them on.
template <class... Bits>
__device__ std::uint32_t pack(Bits... bits) {
    std::uint32_t packed = 0;
    int at = 0;
    ((packed |= static_cast<std::uint32_t>(bits) << at++), ...);
    return packed;
}
__device__ std::uint64_t unpack(std::uint32_t packed, int i) {
    return packed >> i & 1;
}

template <bool AllSegments>
__global__ void __launch_bounds__(block_threads)
    find_ascii(text_view text, ascii_variant variant, segments_view found, tile_list others) {
    auto const tile = global_rank() / warp_size;
    if (tile * tile_bytes >= text.num_bytes) { // the whole warp
        return;
    }
    auto const lane = lane_rank();
    auto const word = tile * tile_lanes + lane - 1;
    lane_text const bytes{text.text, word};
    if (any_of_warp(!bytes.is_ascii())) {
        if (lane == 0) {
            append(others, tile);
        }
        return;
    }
    auto planes = bytes.planes();
    planes.bit[7] = 0;
    element::plain_classes const c = ascii_classes(planes, variant);
    auto const breaks = wide_word_at(text.breaks, word);

    auto const before = shuffle_up(
        pack(c.letter >> 63, c.numeric >> 63, c.connector >> 63, c.space >> 63, c.carriage_return >> 63), 1);
    auto const behind = shuffle_down(pack(c.letter & ~breaks & 1, c.numeric & ~breaks & 1), 1);
    element::plain_rules rules;
    rules.letter = unpack(before, 0);
    rules.numeric = unpack(before, 1);
    rules.connector = unpack(before, 2);
    rules.space = unpack(before, 3);
    rules.carriage_return = unpack(before, 4);
    std::uint64_t unsure = 0;
    auto const cuts = rules.apply(c, unpack(behind, 0), unpack(behind, 1), unsure, breaks);
    // What the rules hand on is known once they were applied.
    auto const joined = unpack(shuffle_up(pack(rules.joined), 1), 0);
    auto const ends = next_byte((cuts.cut & ~joined) | breaks);
    auto const low = cuts.low >> 1 | rules.low << 63, high = cuts.high >> 1 | rules.high << 63;
    store_segments<AllSegments>(found, tile, text.num_bytes, {ends, low, high});
}

} // namespace

void find_ascii_words(text_view text, token_kind kind, ascii_variant variant, segments_view found,
                      tile_list others, stream const& on) {
    auto const blocks = parts_of(parts_of(text.num_bytes, tile_bytes), block_warps);
    launch(on, {blocks, block_threads}, kind == token_kind::segments ? find_ascii<true> : find_ascii<false>,
           text, variant, found, others);
}

} // namespace newsgpu::cuda
