#include "cuda/words.cuh"

#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/word_classes.cuh"
#include "cuda/word_lanes.cuh"

#include "element/utf8.hpp"
#include "element/word_break.hpp"

// The rules are those for characters (element::all_rules), applied to the bytes of UTF-8. Every byte has the
// classes of its character, and the bytes behind the first are skipped as WB4 skips Extend; what the rules
// say of the first byte of a character is then said of the character.

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 4;
constexpr unsigned block_threads = block_warps * warp_size;

struct lane_classes : element::all_classes {
    std::uint64_t katakana_group, exact;
};

/// Gives the bytes of `span` the classes of a code point.
__device__ void put(lane_classes& c, std::uint32_t flags, std::uint64_t span) {
    namespace flag = element::flag;
    using word_flag::first, word_flag::second, word_flag::third;
    auto const add = [&](std::uint64_t& mask, std::uint32_t bit) { mask |= (flags & bit) != 0 ? span : 0; };
    constexpr auto usual =
        first(flag::letter) | first(flag::mid_number) | second(flag::kanakanji) | second(flag::ideographic);
    add(c.letter, first(flag::letter));
    add(c.mid_number, first(flag::mid_number));
    add(c.kanakanji, second(flag::kanakanji));
    add(c.ideographic, second(flag::ideographic));
    if ((flags & ~usual) == 0) {
        return;
    }
    add(c.numeric, first(flag::numeric));
    add(c.connector, first(flag::connector));
    add(c.mid_letter, first(flag::mid_letter));
    add(c.space, first(flag::space));
    add(c.katakana, second(flag::katakana));
    add(c.hangul, second(flag::hangul));
    add(c.radical, second(flag::radical));
    add(c.hebrew, second(flag::hebrew));
    add(c.regional, second(flag::regional));
    add(c.extend, second(flag::extend));
    add(c.joiner, third(flag::joiner));
    add(c.pictographic, third(flag::pictographic));
    add(c.newline, third(flag::newline));
    add(c.ideographic_extend, third(flag::ideographic_extend));
    add(c.katakana_group, word_flag::katakana_group);
    add(c.exact, word_flag::exact);
}

/// Looks the characters up that begin in `leads`.
__device__ void put_characters(lane_classes& c, text_view text, word_tables_view const& tables,
                               std::int64_t word, std::uint64_t leads, std::uint64_t continued) {
    auto const lane = lane_rank();
    auto const next = shuffle_down(low_word(continued), 1);
    // Behind the last lane nothing is known. What that spoils in its last character reaches no other lane.
    auto const behind = lane < warp_size - 1 ? next : 0;
    nearby_text const near{text, word * wide_lane_bytes};
    std::uint32_t straddling = 0;
    for (auto left = leads; left != 0; left &= left - 1) {
        auto const i = lowest_one(left);
        auto const rest = low_word(continued >> i >> 1 | std::uint64_t{behind} << (63 - i));
        auto const length = 1 + lowest_one(~(rest & 7));
        auto const flags = tables.flags[element::join_subpart(near.bytes(i), length)];
        put(c, flags, ((std::uint64_t{1} << length) - 1) << i);
        straddling = i + length > wide_lane_bytes ? flags : 0;
    }
    auto const from_before = shuffle_up(straddling, 1);
    put(c, lane == 0 ? 0 : from_before, continued & ~(continued + 1));
}

/// The bytes that U+4E00 to U+9FFF begin with, E4 to E9.
__device__ std::uint64_t usual_han_leads(wide_byte_planes const& p) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    return b7 & b6 & b5 & ~b4 & ((~b3 & b2) | (b3 & ~b2 & ~b1));
}

/// Those of which the character is whole, and not before U+4E00: E4 B8 80.
__device__ std::uint64_t whole_han(wide_byte_planes const& p, std::uint64_t leads, std::uint64_t continued) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const e4 = ~(b3 | b1 | b0);
    auto const second = next_byte(continued), from_b8 = next_byte(continued & b5 & b4 & b3);
    // Behind the last lane nothing is known; its last characters are looked up.
    auto const edge = lane_rank() < warp_size - 1 ? 0 : std::uint64_t{3} << 62;
    return leads & second & (~e4 | from_b8) & next_byte(second) & ~edge;
}

/// A bit that is right behind the first byte of a character, moved to its last byte.
struct last_byte_mover {
    std::uint64_t continued;
    std::uint64_t moved, handed;

    /// @param bits of first bytes, moved up by one; `top` is the one that left the word.
    __device__ last_byte_mover(std::uint64_t bits, std::uint64_t top, std::uint64_t continued_bytes)
        : continued{continued_bytes} {
        // A bit that is added to the lowest of a run of ones comes out above the run.
        moved = (bits & (~continued << 1)) + continued;
        handed = static_cast<std::uint64_t>(moved < continued) | (top & ~(continued >> 63));
    }
    /// @param from_before what the lane before handed on.
    __device__ std::uint64_t finish(std::uint64_t from_before) const {
        return ((moved + from_before) & ~continued) >> 1 | handed << 63;
    }
};

__device__ std::uint64_t highest_bit(std::uint64_t bits) {
    return bits == 0 ? 0 : std::uint64_t{1} << highest_one(bits);
}

/// Whether what the lane hands on may depend on what is handed to it, or on more than that.
__device__ bool is_open(std::uint64_t skipped, std::uint64_t regional) {
    auto const bases = ~skipped;
    bool const one_base = (bases & (bases - 1)) == 0;
    return one_base || (bases & ~regional) == 0;
}

/// The rules as they are behind a lane that is not open: its last character, and the last two that are not
/// skipped, tell.
__device__ element::all_rules rules_behind(element::all_classes const& c, std::uint64_t breaks) {
    auto const bases = ~c.extend;
    auto const last = highest_bit(bases);
    auto const before = (last & breaks) != 0 ? 0 : highest_bit(bases ^ last);
    auto const has = [](std::uint64_t mask, std::uint64_t bit) {
        return static_cast<std::uint64_t>((mask & bit) != 0);
    };
    element::all_rules rules;
    rules.letter = {has(c.letter, last)};
    rules.hebrew = {has(c.hebrew, last)};
    rules.numeric = {has(c.numeric, last)};
    rules.connector = {has(c.connector, last)};
    rules.katakana = {has(c.katakana, last)};
    rules.ideographic = {has(c.ideographic, last)};
    rules.ideographic_extend = {has(c.ideographic_extend, ~(last - 1))};
    rules.mid_letter = {has(c.mid_letter, last) & has(c.letter, before)};
    rules.mid_number = {has(c.mid_number, last) & has(c.numeric, before)};
    rules.double_quote = {has(c.double_quote, last) & has(c.hebrew, before)};
    rules.regional = {has(c.regional, last)};
    rules.space = c.space >> 63;
    rules.carriage_return = c.carriage_return >> 63;
    rules.kanakanji = c.kanakanji >> 63;
    rules.hangul = c.hangul >> 63;
    rules.joiner = c.joiner >> 63;
    rules.newline = c.newline >> 63;
    rules.radical = c.radical >> 63;
    // A run of regional indicators begins behind another character or with a document.
    auto const other = highest_bit(bases & ~c.regional), document = highest_bit(breaks);
    auto const begin = other > document ? other : document;
    rules.odd_regional = (count_ones(begin == 0 ? c.regional : c.regional & ~(begin - 1)) & 1) != 0;
    return rules;
}

__global__ void __launch_bounds__(block_threads)
    apply_rules(text_view text, word_tables_view tables, view<std::uint32_t const> tiles, segments_view found,
                word_planes planes) {
    auto const i = global_rank() / warp_size;
    if (i >= tiles.size()) { // the whole warp
        return;
    }
    auto const tile = std::int64_t{tiles[i]};
    auto const word = tile * tile_lanes + lane_rank() - 1;
    auto const breaks = wide_word_at(text.breaks, word);
    auto const bytes = lane_text{text.text, word}.planes();
    auto const continued = continued_bytes(bytes, breaks);
    auto const leads = bytes.bit[7] & ~continued;

    lane_classes c{ascii_classes(bytes, tables.ascii), 0, 0};
    // Without a look-up each.
    auto const candidates = tables.han_is_uniform ? usual_han_leads(bytes) & leads : 0;
    std::uint64_t han = 0;
    if (any_of_warp(candidates != 0)) {
        han = whole_han(bytes, candidates, continued);
        auto const all_bytes = han | previous_byte(han | previous_byte(han));
        c.kanakanji |= all_bytes;
        c.ideographic |= all_bytes;
    }
    put_characters(c, text, tables, word, leads & ~han, continued);
    c.extend = (c.extend & ~breaks) | continued;
    c.regional &= ~continued;
    // What the first three bytes of the first lane belong to is not known either.
    auto const unknown = lane_rank() == 0 ? std::uint64_t{7} : 0;
    auto const open = any_of_warp(is_open(c.extend | unknown, c.regional));

    auto rules = element::all_rules::resumed(shuffle_up(rules_behind(c, breaks).carried(), 1));
    std::uint64_t reached = 0, unsure = 0;
    auto const cuts = rules.apply(c, reached, unsure, breaks);
    std::uint64_t carry = 0;
    element::all_rules::mid_joins(reached, c.extend, carry);
    carry = shuffle_down(static_cast<std::uint32_t>(carry), 1);
    auto const mid = element::all_rules::mid_joins(reached, c.extend, carry);
    auto const cut = (cuts.cut & ~mid & ~continued) | breaks;

    last_byte_mover const low{cuts.low, rules.low, continued}, high{cuts.high, rules.high, continued};
    auto const before = shuffle_up(static_cast<std::uint32_t>(low.handed | high.handed << 1), 1);
    auto const inside = c.kanakanji & previous_byte(c.kanakanji) & ~continued & ~breaks;
    auto const inside_behind = next_byte(inside);
    auto const ends = next_byte(open ? breaks : cut);
    if (!is_inner_lane()) {
        return;
    }
    auto const mask = bytes_inside(text.num_bytes, word);
    store(found.ends, word, ends & mask);
    store(found.low, word, low.finish(before & 1) | inside_behind);
    store(found.high, word, high.finish(before >> 1 & 1) | inside_behind);
    store(planes.inside, word, open ? 0 : inside);
    store(planes.katakana, word, open ? 0 : c.katakana_group & c.kanakanji & ~continued);
    // Of a tile with an open lane nothing is known but where documents end.
    store(planes.exact, word, open ? mask : (c.exact | unsure) & ~continued);
}

} // namespace

void apply_word_rules(text_view text, word_tables_view tables, view<std::uint32_t const> tiles,
                      segments_view found, word_planes planes, stream const& on) {
    launch(on, {parts_of(tiles.size(), block_warps), block_threads}, apply_rules, text, tables, tiles, found,
           planes);
}

} // namespace newsgpu::cuda
