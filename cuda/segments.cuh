#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/device_text.cuh"

#include <newsgpu/tokenize.hpp>

#include <cstdint>

// Every kind of token is found as segments that cover the text, some of which are tokens. Segments are
// bitmaps over the bytes, so that nothing depends on how many there are until they are known.

namespace newsgpu::cuda {

/// A warp's share of the text: 30 lanes of 32 bytes; lanes 0 and 31 see the 32 bytes before and behind.
inline constexpr std::int64_t chunk_words = 30;
inline constexpr std::int64_t chunk_bytes = chunk_words * 32;

struct segments_view {
    view<std::uint32_t> ends;        ///< bit i: a segment ends with byte i
    view<std::uint32_t> tokens;      ///< bit i: one that is a token does
    view<std::int64_t> chunk_tokens; ///< how many bits of `tokens` are set in a chunk
    /// Where a segment ends with byte i, bit i is a bit of its element::segment_kind; empty for the kinds of
    /// token without a status.
    view<std::uint32_t> low, high;
};

/// Bitmaps of segments for `num_bytes` of text, in device memory.
struct segments {
    device_buffer<std::uint32_t> ends, tokens;
    device_buffer<std::int64_t> chunk_tokens;
    device_buffer<std::uint32_t> low, high;

    segments(std::int64_t num_bytes, token_kind kind, stream const& on);
    segments_view view() {
        return {ends.view(), tokens.view(), chunk_tokens.view(), low.view(), high.view()};
    }
};

/// Segments of the kinds that single characters decide: code points, or runs of white space and of other
/// characters.
void find_segments(text_view text, token_kind kind, segments_view found, stream const& on);
/// Those of token_kind::sklearn and token_kind::word_runs, of which those are tokens that begin with `\w`.
void find_word_runs(text_view text, token_kind kind, segments_view found, stream const& on);

inline constexpr bool has_status(token_kind kind) {
    return kind == token_kind::words || kind == token_kind::segments;
}

/// Takes the tokens between two bytes away: those of a missing document.
struct byte_range {
    std::int64_t begin, end;
};
void drop_tokens(view<byte_range const> ranges, segments_view found, stream const& on);

/// [C + 1] tokens before each chunk, and behind the last one.
device_buffer<std::int64_t> count_before_chunks(segments_view found, stream const& on);
/// [D + 1] tokens before each document, and behind the last one.
device_buffer<std::int64_t> count_before_documents(text_view text, segments_view found, stream const& on);

/// The first and the last byte (plus one) of each token, as positions in the text plus `base`, and its status
/// (empty for the kinds of token without one).
struct token_spans {
    device_buffer<std::int64_t> starts, ends;
    device_buffer<std::uint16_t> status;
};
token_spans list_tokens(segments_view found, std::int64_t num_tokens, std::int64_t base, stream const& on);
/// The same, to where the caller wants them. `status` may be empty.
void list_tokens(segments_view found, std::int64_t base, view<std::int64_t> starts, view<std::int64_t> ends,
                 view<std::uint16_t> status, stream const& on);

} // namespace newsgpu::cuda
