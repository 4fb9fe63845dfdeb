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

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// A class of a lane's bytes that lies in shared memory. Every use reads it again, or it would take registers
/// from its first use to its last: that is what `volatile` is for.
class late_class {
public:
    __device__ explicit late_class(std::uint64_t& at) : at_{&at} {}
    __host__ __device__ operator std::uint64_t() const { return *at_; }
    __device__ void add(std::uint64_t bits) const { *at_ = *at_ | bits; }
    __device__ void keep(std::uint64_t bits) const { *at_ = *at_ & bits; }

private:
    std::uint64_t volatile* at_;
};

/// The classes of the lanes of a block that are wanted late or seldom. Each thread reads what it wrote
/// itself.
struct late_memory {
    static constexpr int num_classes = 16;
    std::uint64_t classes[num_classes][block_threads];
};

/// The classes of a lane's bytes. Of all 24, two registers each, only those stay in registers that the looks
/// at characters need or the rules use often.
struct lane_classes {
    std::uint64_t letter, numeric, mid_letter, mid_number, kanakanji, katakana, ideographic, extend;
    late_class connector, space, carriage_return, line_feed, hangul, radical, hebrew, regional, single_quote,
        double_quote, joiner, pictographic, newline, ideographic_extend, katakana_group, exact;
    std::uint32_t seen = 0; ///< all flags that were met by looks at characters, but for the most usual ones

    /// @param own the lane's column of the memory.
    __device__ lane_classes(element::all_classes const& c, late_memory& memory, unsigned own)
        : letter{c.letter}, numeric{c.numeric}, mid_letter{c.mid_letter}, mid_number{c.mid_number},
          kanakanji{c.kanakanji}, katakana{c.katakana}, ideographic{c.ideographic}, extend{c.extend},
          connector{put(memory, 0, own, c.connector)}, space{put(memory, 1, own, c.space)},
          carriage_return{put(memory, 2, own, c.carriage_return)},
          line_feed{put(memory, 3, own, c.line_feed)}, hangul{put(memory, 4, own, c.hangul)},
          radical{put(memory, 5, own, c.radical)}, hebrew{put(memory, 6, own, c.hebrew)},
          regional{put(memory, 15, own, c.regional)}, single_quote{put(memory, 7, own, c.single_quote)},
          double_quote{put(memory, 8, own, c.double_quote)}, joiner{put(memory, 9, own, c.joiner)},
          pictographic{put(memory, 10, own, c.pictographic)}, newline{put(memory, 11, own, c.newline)},
          ideographic_extend{put(memory, 12, own, c.ideographic_extend)},
          katakana_group{put(memory, 13, own, 0)}, exact{put(memory, 14, own, 0)} {}

private:
    __device__ static std::uint64_t& put(late_memory& memory, int i, unsigned own, std::uint64_t bits) {
        auto& at = memory.classes[i][own];
        at = bits;
        return at;
    }
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
    c.seen |= flags;
    auto const add_late = [&](late_class const& mask, std::uint32_t bit) {
        if ((flags & bit) != 0) {
            mask.add(span);
        }
    };
    add(c.numeric, first(flag::numeric));
    add_late(c.connector, first(flag::connector));
    add(c.mid_letter, first(flag::mid_letter));
    add_late(c.space, first(flag::space));
    add(c.katakana, second(flag::katakana));
    add_late(c.hangul, second(flag::hangul));
    add_late(c.radical, second(flag::radical));
    add_late(c.hebrew, second(flag::hebrew));
    add_late(c.regional, second(flag::regional));
    add(c.extend, second(flag::extend));
    add_late(c.joiner, third(flag::joiner));
    add_late(c.pictographic, third(flag::pictographic));
    add_late(c.newline, third(flag::newline));
    add_late(c.ideographic_extend, third(flag::ideographic_extend));
    add_late(c.katakana_group, word_flag::katakana_group);
    add_late(c.exact, word_flag::exact);
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

/// The classes of lanes in a warp that met none of `rare_flags`: for these, much of the rules comes to
/// nothing.
struct usual_classes {
    static constexpr std::uint32_t rare_flags =
        word_flag::second(element::flag::hangul | element::flag::radical | element::flag::hebrew |
                          element::flag::regional | element::flag::extend) |
        word_flag::third(element::flag::joiner | element::flag::pictographic |
                         element::flag::ideographic_extend);

    std::uint64_t letter, numeric, mid_letter, mid_number, kanakanji, katakana, ideographic, extend;
    late_class connector, space, carriage_return, line_feed, katakana_group, exact;
    // Quotes matter beside Hebrew, a newline before Extend.
    static constexpr std::uint64_t hangul = 0, radical = 0, hebrew = 0, regional = 0, single_quote = 0,
                                   double_quote = 0, joiner = 0, pictographic = 0, newline = 0,
                                   ideographic_extend = 0;

    __device__ explicit usual_classes(lane_classes const& c)
        : letter{c.letter}, numeric{c.numeric}, mid_letter{c.mid_letter}, mid_number{c.mid_number},
          kanakanji{c.kanakanji}, katakana{c.katakana}, ideographic{c.ideographic}, extend{c.extend},
          connector{c.connector}, space{c.space}, carriage_return{c.carriage_return}, line_feed{c.line_feed},
          katakana_group{c.katakana_group}, exact{c.exact} {}
};

/// Whether what the lane hands on may depend on what is handed to it, or on more than that.
__device__ bool is_open(std::uint64_t skipped, std::uint64_t regional) {
    auto const bases = ~skipped;
    bool const one_base = (bases & (bases - 1)) == 0;
    return one_base || (bases & ~regional) == 0;
}

/// The rules as they are behind a lane that is not open: its last character, and the last two that are not
/// skipped, tell.
template <class Classes>
__device__ element::all_rules rules_behind(Classes const& c, std::uint64_t breaks) {
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
    rules.space = std::uint64_t{c.space} >> 63;
    rules.carriage_return = std::uint64_t{c.carriage_return} >> 63;
    rules.kanakanji = c.kanakanji >> 63;
    rules.hangul = std::uint64_t{c.hangul} >> 63;
    rules.joiner = std::uint64_t{c.joiner} >> 63;
    rules.newline = std::uint64_t{c.newline} >> 63;
    rules.radical = std::uint64_t{c.radical} >> 63;
    // A run of regional indicators begins behind another character or with a document.
    std::uint64_t const regional = c.regional;
    auto const other = highest_bit(bases & ~regional), document = highest_bit(breaks);
    auto const begin = other > document ? other : document;
    rules.odd_regional = (count_ones(begin == 0 ? regional : regional & ~(begin - 1)) & 1) != 0;
    return rules;
}

/// What of all_rules::carried the classes can make.
template <class Classes>
inline constexpr std::uint32_t handed_on = 0xFFFF'FFFF;
template <>
inline constexpr std::uint32_t handed_on<usual_classes> = element::all_rules::carried_of_usual;

/// Divides a lane's text, of which the classes are known. Every lane of the warp comes here.
template <class Classes>
__device__ void divide(Classes const& c, text_view text, std::int64_t word, std::uint64_t breaks,
                       std::uint64_t continued, segments_view found, word_planes planes) {
    // What the first three bytes of the first lane belong to is not known either.
    auto const unknown = lane_rank() == 0 ? std::uint64_t{7} : 0;
    auto const open = any_of_warp(is_open(c.extend | unknown, c.regional));

    auto const handed = shuffle_up(rules_behind(c, breaks).carried(), 1);
    auto rules = element::all_rules::resumed(handed & handed_on<Classes>);
    std::uint64_t reached = 0, unsure = 0;
    auto const cuts = rules.apply(c, reached, unsure, breaks);
    // What is known is written at once, and takes no registers from then on.
    if (is_inner_lane()) {
        // Of a tile with an open lane nothing is known but where documents end.
        store(planes.exact, word,
              open ? bytes_inside(text.num_bytes, word) : (c.exact | unsure) & ~continued);
        store(planes.katakana, word, open ? 0 : c.katakana_group & c.kanakanji & ~continued);
    }
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
    store(found.ends, word, ends & bytes_inside(text.num_bytes, word));
    store(found.low, word, low.finish(before & 1) | inside_behind);
    store(found.high, word, high.finish(before >> 1 & 1) | inside_behind);
    store(planes.inside, word, open ? 0 : inside);
}

/// Blocks that an SM is to hold: half of its warps.
[[maybe_unused]] constexpr unsigned blocks_a_processor = 4; // the emulation has no launch bounds

__global__ void __launch_bounds__(block_threads, blocks_a_processor)
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

    lane_classes c{ascii_classes(bytes, tables.ascii), shared<late_memory>(), thread_rank()};
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
    if (any_of_warp((c.seen & usual_classes::rare_flags) != 0)) {
        c.regional.keep(~continued);
        divide(c, text, word, breaks, continued, found, planes);
    } else {
        divide(usual_classes{c}, text, word, breaks, continued, found, planes);
    }
}

} // namespace

void apply_word_rules(text_view text, word_tables_view tables, view<std::uint32_t const> tiles,
                      segments_view found, word_planes planes, stream const& on) {
    launch(on, {parts_of(tiles.size(), block_warps), block_threads}, apply_rules, text, tables, tiles, found,
           planes);
}

} // namespace newsgpu::cuda
