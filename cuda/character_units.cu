#include "cuda/character_units.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/segments.cuh"

#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// Where code points end, and the units among them, as bitmaps over the bytes.
struct unit_bitmaps {
    view<std::uint32_t const> ends, tokens; ///< tokens: code points that are no white space
    view<std::uint32_t> units;
    view<std::int64_t> chunk_units;
};

/// Bit i: the next code point behind byte i is no white space. It ends one to four bytes behind.
__device__ std::uint32_t before_tokens(unit_bitmaps const& maps, std::int64_t word) {
    auto const next_ends = word_at(maps.ends, word + 1);
    auto const next_tokens = word_at(maps.tokens, word + 1);
    std::uint32_t before = 0;
    for (unsigned by = 4; by > 0; --by) {
        auto const ends = funnel_right(maps.ends[word], next_ends, by);
        auto const tokens = funnel_right(maps.tokens[word], next_tokens, by);
        before = select_bits(ends, tokens, before);
    }
    return before;
}

/// A warp a chunk, a lane a word.
__global__ void __launch_bounds__(block_threads)
    mark_units(view<std::uint32_t const> breaks, kept_spaces kept, unit_bitmaps maps) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= maps.chunk_units.size()) { // the whole warp
        return;
    }
    auto const word = chunk * chunk_words + lane_rank();
    std::uint32_t units = 0;
    if (lane_rank() < chunk_words && word < maps.units.size()) {
        auto const last_of_document = funnel_right(word_at(breaks, word), word_at(breaks, word + 1), 1);
        auto const spaces = maps.ends[word] & ~maps.tokens[word];
        auto const before = before_tokens(maps, word);
        auto const are_kept = kept == kept_spaces::before_words  ? before & ~last_of_document
                              : kept == kept_spaces::last_of_run ? before | last_of_document
                                                                 : 0xFFFF'FFFF;
        units = maps.tokens[word] | (spaces & are_kept);
        maps.units[word] = units;
    }
    auto const count = sum_of_lanes(static_cast<std::uint32_t>(count_ones(units)));
    if (lane_rank() == 0) {
        maps.chunk_units[chunk] = count;
    }
}

/// The code point that ends with byte `last` of well-formed text.
__device__ std::uint32_t code_point_ending(view<std::uint32_t const> text, std::int64_t last) {
    constexpr unsigned byte_bits = 8;
    auto const before = last < 4 ? 0 : text[last / 4 - 1];
    // The four bytes up to the last.
    auto const bytes = funnel_left(before, text[last / 4], (3 - static_cast<unsigned>(last % 4)) * byte_bits);
    auto const third = bytes >> 2 * byte_bits & 0xFF, second = bytes >> byte_bits & 0xFF;
    if (bytes >> 3 * byte_bits < 0x80) {
        return bytes >> 3 * byte_bits;
    }
    auto const length = third >= 0xC0 ? 2 : second >= 0xC0 ? 3 : 4;
    return element::join_bytes(bytes >> static_cast<unsigned>(4 - length) * byte_bits, length);
}

/// Which bytes of a warp's chunk a unit ends with, in order; the highest bit is set where it is a space.
struct unit_places {
    std::uint16_t of_warp[block_warps][chunk_bytes];
    static constexpr std::uint16_t is_space = 0x8000;
};

/// Calls `visit(i, place, is_space)` for the i-th unit of a warp's chunk, which ends at byte `place`: a lane
/// for each that lies in one word. Returns how many there are.
/// @param units, tokens those of the lane's word.
template <class Visit>
__device__ int for_each_unit(std::uint32_t units, std::uint32_t tokens, Visit visit) {
    auto const lane = lane_rank();
    auto const below = (1u << lane) - 1;
    int count = 0;
    for (unsigned w = 0; w < chunk_words; ++w) {
        auto const here = shuffle(units, w);
        auto const tokens_here = shuffle(tokens, w);
        if ((here >> lane & 1) != 0) {
            visit(count + count_ones(here & below), w * static_cast<unsigned>(word_bits) + lane,
                  (tokens_here >> lane & 1) == 0);
        }
        count += count_ones(here);
    }
    return count;
}

/// A warp a chunk. Units of ASCII are written at once; else they are listed, and then each lane has one of 32
/// that lie side by side.
__global__ void __launch_bounds__(block_threads)
    write_code_points(text_view text, unit_bitmaps maps, view<std::int64_t const> before_chunk,
                      view<std::uint32_t> code_points) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= maps.chunk_units.size()) { // the whole warp
        return;
    }
    auto const lane = lane_rank();
    auto const word = chunk * chunk_words + lane;
    bool const mine = lane < chunk_words;
    auto const own = mine ? word_at(maps.units, word) : 0;
    auto const own_tokens = mine ? word_at(maps.tokens, word) : 0;
    auto const before = before_chunk[chunk];
    std::uint32_t bytes[8];
    read_bytes(text.text, word, bytes);
    if (!any_of_warp(mine && !is_ascii(bytes))) {
        for_each_unit(own, own_tokens, [&](int i, unsigned place, bool is_space) {
            auto const byte = static_cast<unsigned char>(text.bytes()[chunk * chunk_bytes + place]);
            code_points[before + i] = is_space ? U' ' : byte;
        });
        return;
    }
    view<std::uint16_t> const places{shared<unit_places>().of_warp[warp_rank()], chunk_bytes};
    auto const count = for_each_unit(own, own_tokens, [&](int i, unsigned place, bool is_space) {
        places[i] = static_cast<std::uint16_t>(place | (is_space ? unit_places::is_space : 0));
    });
    sync_warp();
    view<std::uint32_t const> const words{reinterpret_cast<std::uint32_t const*>(text.text.data()),
                                          4 * text.text.size()};
    for (auto i = static_cast<int>(lane); i < count; i += warp_size) {
        auto const place = places[i];
        code_points[before + i] = (place & unit_places::is_space) != 0
                                      ? U' '
                                      : code_point_ending(words, chunk * chunk_bytes + place);
    }
}

/// A thread a document.
__global__ void __launch_bounds__(block_threads)
    find_begins(view<std::uint32_t const> code_points, view<std::int64_t const> places,
                view<std::int64_t> begins) {
    auto const doc = global_rank();
    if (doc < begins.size()) {
        auto const at = places[doc];
        begins[doc] = at + (at < places[doc + 1] && code_points[at] == U' ' ? 1 : 0);
    }
}

launch_config a_warp_a_chunk(std::int64_t num_chunks) {
    return {parts_of(num_chunks, block_warps), block_threads};
}

} // namespace

marked_characters::marked_characters(text_view text, kept_spaces spaces, stream const& on)
    : found_{text.num_bytes, token_kind::characters, on}, kept_{found_.tokens.size(), on},
      chunk_counts_{found_.chunk_tokens.size(), on} {
    find_segments(text, token_kind::characters, found_.view(), on);
    launch(on, a_warp_a_chunk(chunk_counts_.size()), mark_units, text.breaks, spaces,
           unit_bitmaps{found_.ends.const_view(), found_.tokens.const_view(), kept_.view(),
                        chunk_counts_.view()});
}

character_units find_characters(text_view text, stream const& on) {
    marked_characters marked{text, kept_spaces::before_words, on};
    auto const counted = marked.view();
    auto const before_chunk = count_before_chunks(counted, on);
    auto places = count_before_documents(text, counted, on);
    auto const num_chunks = counted.chunk_tokens.size();
    auto const num_units = to_host(before_chunk.view(), num_chunks, on);
    character_units made{{num_units, on}, {text.num_documents(), on}, std::move(places)};
    launch(on, a_warp_a_chunk(num_chunks), write_code_points, text,
           unit_bitmaps{counted.ends, marked.not_spaces(), counted.tokens, counted.chunk_tokens},
           before_chunk.view(), made.code_points.view());
    launch(on, threads_for(made.begins.size(), block_threads), find_begins, made.code_points.const_view(),
           made.places.const_view(), made.begins.view());
    return made;
}

} // namespace newsgpu::cuda
