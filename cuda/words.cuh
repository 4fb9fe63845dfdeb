#pragma once

#include "cuda/device_text.cuh"
#include "cuda/segments.cuh"
#include "cuda/word_tables.cuh"

#include <newsgpu/corpus.hpp>

#include <cstdint>
#include <functional>

// Words and segments as ICU's root word iterator finds them, in steps that hand bitmaps over the bytes on:
//
//     find_ascii_words     rules for tiles in ASCII; the others are listed, and go on
//     apply_word_rules     rules for any text: a lane has 64 bytes, a bit is a byte
//     find_dictionary_words   where words of the dictionary cross, and words of two characters
//     cut_pieces           the cheapest way through each longer piece, a thread a piece
//     divide_exact_spans   what none of these can decide, by ICU itself on the host

namespace newsgpu::cuda {

/// A warp's share of the text: 30 lanes of 64 bytes; lanes 0 and 31 see the 64 bytes before and behind. No
/// word of the dictionary and no group of katakana reaches further.
inline constexpr int wide_lane_bytes = 64;
inline constexpr std::int64_t tile_lanes = 30;
inline constexpr std::int64_t tile_chunks = 2;
inline constexpr std::int64_t tile_words = tile_chunks * chunk_words;
inline constexpr std::int64_t tile_bytes = tile_chunks * chunk_bytes;
static_assert(tile_bytes == tile_lanes * wide_lane_bytes);

/// Bitmaps over the bytes that the steps share. All are about the byte a character begins with.
struct word_planes {
    view<std::uint32_t> inside;   ///< joined to the character before by the rules, for the dictionary to part
    view<std::uint32_t> katakana; ///< katakana of the sort that makes groups
    view<std::uint32_t> open;     ///< inside a piece that cut_pieces cuts
    view<std::uint32_t> exact;    ///< in a segment that ICU itself has to divide
};

/// Tiles that a step leaves to another one, in any order.
struct tile_list {
    view<std::uint32_t> tiles; ///< with room for all
    view<std::uint32_t> count; ///< one number, 0 before
};

/// Finds what ASCII decides. Tiles that see anything else are listed in `others`; nothing else is known of
/// them.
void find_ascii_words(text_view text, token_kind kind, ascii_variant variant, segments_view found,
                      tile_list others, stream const& on);

/// Sets `ends` by the rules, `low` and `high`, and the planes but `open`, for the tiles.
void apply_word_rules(text_view text, word_tables_view tables, view<std::uint32_t const> tiles,
                      segments_view found, word_planes planes, stream const& on);

/// Adds the ends that need no more than a look at neighbouring words, and sets planes.open. Tiles in which it
/// sets any bit are listed in `with_pieces`.
void find_dictionary_words(text_view text, element::dictionary dictionary, view<std::uint32_t const> tiles,
                           segments_view found, word_planes planes, tile_list with_pieces, stream const& on);

/// Adds the ends inside of planes.open.
void cut_pieces(text_view text, element::dictionary dictionary, tile_list with_pieces, segments_view found,
                word_planes planes, stream const& on);

/// Replaces the segments around planes.exact by ICU's.
/// @param documents the text, in host memory.
/// @param poll called every few milliseconds.
/// @return how many bytes were divided.
std::int64_t divide_exact_spans(corpus_view documents, token_kind kind, view<std::uint32_t const> tiles,
                                segments_view found, word_planes planes, std::function<void()> const& poll,
                                stream const& on);

/// All of it.
/// @param stats where tiles are counted.
void find_words(corpus_view documents, text_view text, token_kind kind, segments_view found,
                std::function<void()> const& poll, device_stats& stats, stream const& on);

} // namespace newsgpu::cuda
