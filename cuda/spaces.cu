#include "cuda/segments.cuh"

#include "cuda/chunk_lanes.cuh"
#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/once_per_device.cuh"
#include "cuda/space_table.cuh"

#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// Leads of sequences that may be white space: most text has few, so that looking each up costs little.
__device__ std::uint32_t possible_spaces(byte_planes const& p, space_view spaces) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const lead = b7 & b6;
    if (spaces.any_lead) {
        return lead;
    }
    auto const c2 = lead & ~(b5 | b4 | b3 | b2 | b0) & b1;
    auto const e123 = lead & b5 & ~(b4 | b3 | b2);
    auto const e1 = e123 & ~b1 & b0;
    auto const e23 = e123 & b1;
    // 80 or 81 behind; of the last byte it is not known here.
    auto const near = b7 & ~(b6 | b5 | b4 | b3 | b2 | b1);
    return c2 | e1 | (e23 & (near >> 1 | 0x8000'0000));
}

/// All bytes of white space beyond ASCII. Every lane of the warp comes here.
__device__ std::uint32_t wide_spaces(text_view text, space_view spaces, std::int64_t word,
                                     std::uint32_t possible, std::uint32_t continued) {
    auto const after = shuffle_down(continued, 1);
    std::uint64_t found = 0;
    for (auto left = possible; left != 0; left &= left - 1) {
        int const i = lowest_one(left);
        auto const at = word * lane_bytes + i;
        if (at < 0 || at >= text.num_bytes) {
            continue;
        }
        auto const here = element::decode(text.bytes(), at, text.num_bytes);
        std::uint32_t const rest = (1u << (here.length - 1)) - 1;
        // The bytes are there, but a document may end between them.
        bool const whole =
            here.well_formed && ((std::uint64_t{after} << 32 | continued) >> (i + 1) & rest) == rest;
        if (whole && spaces.contains(here.code_point)) {
            found |= std::uint64_t{rest << 1 | 1} << i;
        }
    }
    return static_cast<std::uint32_t>(found) | shuffle_up(static_cast<std::uint32_t>(found >> 32), 1);
}

template <token_kind Kind>
__global__ void __launch_bounds__(block_threads)
    find_spaces(text_view text, space_view spaces, segments_view found) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.chunk_tokens.size()) { // the whole warp
        return;
    }
    auto const word = chunk * chunk_words + lane_rank() - 1;
    auto const breaks = word_at(text.breaks, word);
    auto const planes = planes_at(text.text, word);

    auto space = ascii_spaces(planes);
    std::uint32_t continued = 0;
    if (any_of_warp(planes.bit[7] != 0)) {
        continued = continued_bytes(planes, breaks);
        auto const possible = possible_spaces(planes, spaces);
        if (any_of_warp(possible != 0)) {
            space |= wide_spaces(text, spaces, word, possible, continued);
        }
    }
    auto const last_of_document = next_byte(breaks);
    std::uint32_t ends;
    if constexpr (Kind == token_kind::characters) {
        ends = next_byte(~continued);
    } else {
        ends = last_of_document | (space ^ next_byte(space));
    }
    auto const tokens = ends & ~space;
    store_chunk(found, chunk, text.num_bytes, ends, tokens);
}

} // namespace

void find_segments(text_view text, token_kind kind, segments_view found, stream const& on) {
    if (kind == token_kind::sklearn || kind == token_kind::word_runs) {
        find_word_runs(text, kind, found, on);
        return;
    }
    static auto& tables = *new once_per_device<space_table>;
    auto const blocks = parts_of(found.chunk_tokens.size(), block_warps);
    auto const kernel = kind == token_kind::characters ? find_spaces<token_kind::characters>
                                                       : find_spaces<token_kind::whitespace>;
    launch(on, {blocks, block_threads}, kernel, text, tables.get(on).view(), found);
}

} // namespace newsgpu::cuda
