#include "cuda/words.cuh"

#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/word_lanes.cuh"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// Says which segments of the tiles are tokens, and how many tiles have something that ICU itself has to
/// divide.
template <bool AllSegments>
__global__ void __launch_bounds__(block_threads)
    mark_tokens(std::int64_t num_bytes, view<std::uint32_t const> tiles, segments_view found,
                view<std::uint32_t const> exact, view<std::uint32_t> num_exact) {
    auto const i = global_rank() / warp_size;
    if (i >= tiles.size()) { // the whole warp
        return;
    }
    auto const tile = std::int64_t{tiles[i]};
    auto const word = tile * tile_lanes + lane_rank() - 1;
    bool const inner = is_inner_lane();
    auto const at = [&](view<std::uint32_t const> plane) { return inner ? wide_word_at(plane, word) : 0; };
    store_segments<AllSegments>(found, tile, num_bytes, {at(found.ends), at(found.low), at(found.high)});
    if (any_of_warp(at(exact) != 0) && lane_rank() == 0) {
        atomic_add(num_exact[0], 1u);
    }
}

/// The planes of a text, zeros.
class planes_memory {
public:
    planes_memory(std::int64_t num_words, stream const& on) : size_{num_words}, words_{4 * num_words, on} {
        fill_bytes(words_.view(), 0, on);
    }

    word_planes view() {
        auto const plane = [&](std::int64_t i) { return words_.view().subview(i * size_, size_); };
        return {plane(0), plane(1), plane(2), plane(3)};
    }

private:
    std::int64_t size_;
    device_buffer<std::uint32_t> words_;
};

} // namespace

void find_words(corpus_view documents, text_view text, token_kind kind, segments_view found,
                std::function<void()> const& poll, device_stats& stats, stream const& on) {
    auto const tables = word_tables(on);
    auto const num_tiles = parts_of(text.num_bytes, tile_bytes);
    device_buffer<std::uint32_t> listed{num_tiles, on}, counts{3, on};
    fill_bytes(counts.view(), 0, on);
    auto const count = [&](std::int64_t i) { return counts.view().subview(i, 1); };
    find_ascii_words(text, kind, tables.ascii, found, {listed.view(), count(0)}, on);
    stats.word_tiles += num_tiles;
    std::int64_t const num_general = to_host(count(0), 0, on);
    if (num_general == 0) {
        return;
    }
    view<std::uint32_t const> const tiles = listed.view().subview(0, num_general);
    planes_memory memory{found.ends.size(), on};
    auto const planes = memory.view();
    apply_word_rules(text, tables, tiles, found, planes, on);
    device_buffer<std::uint32_t> divided{num_general, on};
    tile_list const with_pieces{divided.view(), count(1)};
    find_dictionary_words(text, tables.dictionary, tiles, found, planes, with_pieces, on);
    cut_pieces(text, tables.dictionary, with_pieces, found, planes, on);
    auto const num_exact = count(2);
    launch(on, {parts_of(num_general, block_warps), block_threads},
           kind == token_kind::segments ? mark_tokens<true> : mark_tokens<false>, text.num_bytes, tiles,
           found, planes.exact, num_exact);
    stats.general_word_tiles += num_general;
    stats.exact_word_bytes += divide_exact_spans(documents, kind, tiles, found, planes, poll, on);
    stats.exact_word_tiles += to_host(num_exact, 0, on);
}

} // namespace newsgpu::cuda
