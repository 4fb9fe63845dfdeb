#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// The rules of UAX #29 as ICU tailors them, for 64 characters at a time: a mask has a bit for each character,
// and a rule is a few shifts and logical operations. ICU compiles the same rules into an automaton with 58
// states; unicode/word_rules.cpp checks at load that both agree on every string of four characters.

namespace newsgpu::element {

/// Word_Break property values (UAX #29, table 3), split where ICU's rules tell characters apart.
enum class word_class : std::uint8_t {
    other,
    letter,
    numeric,
    connector, ///< ExtendNumLet
    mid_letter,
    mid_number,
    mid_number_letter,
    single_quote,
    space, ///< WSegSpace
    carriage_return,
    line_feed,
    newline,
    double_quote,
    pictographic,        ///< Extended_Pictographic
    pictographic_letter, ///< that and ALetter
    hebrew_letter,
    regional_indicator,
    extend,             ///< Extend and Format
    joiner,             ///< ZWJ
    ideographic_extend, ///< U+16FE4
    complex,            ///< letters of Thai, Lao, Khmer, Burmese and other scripts without spaces
    complex_extend,
    ideographic, ///< Ideographic but not Han: U+3006, Tangut, Nushu
    han,
    radical, ///< Han but not Ideographic: radicals, U+3005
    katakana,
    hiragana,
    hangul,
};
inline constexpr std::uint32_t num_word_classes = 28;

// A byte of the class table: a word_class and three marks.
inline constexpr std::uint8_t class_mask = 0x1F;
/// Katakana that make a group (U+30A1..30FE but 30FB, U+FF66..FF9F).
inline constexpr std::uint8_t katakana_mark = 0x40;
/// A segment that holds this character is divided by ICU itself: a dictionary other than the Chinese and
/// Japanese one, or kana and Han that NFKC changes.
inline constexpr std::uint8_t exact_mark = 0x80;

/// Classes as flags in three bytes. The first alone decides ASCII, the first two all text without the classes
/// that `rare_flags` names.
namespace flag {
inline constexpr std::uint8_t letter = 1, numeric = 2, connector = 4, mid_letter = 8, mid_number = 16,
                              space = 32, carriage_return = 64, line_feed = 128;
inline constexpr std::uint8_t kanakanji = 1, katakana = 2, hangul = 4, ideographic = 8, radical = 16,
                              hebrew = 32, regional = 64, extend = 128;
inline constexpr std::uint8_t single_quote = 1, double_quote = 2, joiner = 4, pictographic = 8, newline = 16,
                              ideographic_extend = 32;
} // namespace flag
inline constexpr std::uint8_t rare_flags = flag::hebrew | flag::regional | flag::extend;

struct class_flags {
    std::uint8_t first, second, third;
};

NEWSGPU_HD constexpr class_flags flags_of(word_class c) {
    using enum word_class;
    switch (c) {
    case other:
        return {0, 0, 0};
    case letter:
        return {flag::letter, 0, 0};
    case numeric:
        return {flag::numeric, 0, 0};
    case connector:
        return {flag::connector, 0, 0};
    case mid_letter:
        return {flag::mid_letter, 0, 0};
    case mid_number:
        return {flag::mid_number, 0, 0};
    case mid_number_letter:
        return {flag::mid_letter | flag::mid_number, 0, 0};
    case single_quote:
        return {flag::mid_letter | flag::mid_number, 0, flag::single_quote};
    case space:
        return {flag::space, 0, 0};
    case carriage_return:
        return {flag::carriage_return, 0, flag::newline};
    case line_feed:
        return {flag::line_feed, 0, flag::newline};
    case newline:
        return {0, 0, flag::newline};
    case double_quote:
        return {0, 0, flag::double_quote};
    case pictographic:
        return {0, 0, flag::pictographic};
    case pictographic_letter:
        return {flag::letter, 0, flag::pictographic};
    case hebrew_letter:
        return {flag::letter, flag::hebrew, 0};
    case regional_indicator:
        return {0, flag::regional, 0};
    case extend:
        return {0, flag::extend, 0};
    case joiner:
        return {0, flag::extend, flag::joiner};
    case ideographic_extend:
        return {0, flag::extend, flag::ideographic_extend};
    case complex:
        return {flag::letter, 0, 0};
    case complex_extend:
        return {0, flag::extend, 0};
    case ideographic:
        return {0, flag::ideographic, 0};
    case han:
        return {0, flag::kanakanji | flag::ideographic, 0};
    case radical:
        return {0, flag::kanakanji | flag::radical, 0};
    case katakana:
        return {0, flag::kanakanji | flag::katakana | flag::ideographic, 0};
    case hiragana:
        return {0, flag::kanakanji | flag::ideographic, 0};
    case hangul:
        return {0, flag::hangul, 0};
    }
    return {0, 0, 0};
}

/// What a segment counts as: ICU's rule status in hundreds, 300 left out.
enum class segment_kind : std::uint8_t { none, number, letter, ideographic };

/// ICU's rule status.
NEWSGPU_HD constexpr std::uint16_t rule_status(segment_kind kind) {
    return kind == segment_kind::ideographic ? 400 : static_cast<std::uint16_t>(100 * static_cast<int>(kind));
}

/// Where text is cut. Bit i of `cut` says that a segment ends right before character i, and then bit i of
/// `low` and `high` are the bits of its segment_kind.
struct cut_words {
    std::uint64_t cut, low, high;
};

/// One bit up, towards later characters; `carry` holds the top bit of the words before.
NEWSGPU_HD constexpr std::uint64_t shift_in(std::uint64_t word, std::uint64_t& carry) {
    auto const moved = word << 1 | carry;
    carry = word >> 63;
    return moved;
}

/// Classes of 64 characters, for text without `rare_flags`.
struct plain_classes {
    std::uint64_t letter, numeric, connector, mid_letter, mid_number, space, carriage_return, line_feed;
    std::uint64_t kanakanji, katakana, hangul, ideographic, radical;
};

/// The rules for text without `rare_flags`; its words are given in order.
struct plain_rules {
    std::uint64_t letter = 0, numeric = 0, connector = 0, space = 0, carriage_return = 0, kanakanji = 0,
                  katakana = 0, hangul = 0, joined = 0, low = 0, high = 0;

    /// @param next_letter 1 if the first character behind the word is a letter; likewise `next_numeric`.
    /// @param unsure takes characters whose segment ICU has to divide itself: they may join kanakanji to
    ///   something of another kind, and words cut out of the kanakanji are of the kind of the whole segment.
    /// @param breaks characters that begin a document: nothing before them counts. Whether text is cut there
    ///   is left to the caller, and `next_letter` and `next_numeric` are of the same document.
    NEWSGPU_HD constexpr cut_words apply(plain_classes const& c, std::uint64_t next_letter,
                                         std::uint64_t next_numeric, std::uint64_t& unsure,
                                         std::uint64_t breaks = 0) {
        auto const inner = ~breaks;
        auto const letter_before = shift_in(c.letter, letter) & inner;
        auto const numeric_before = shift_in(c.numeric, numeric) & inner;
        auto const connector_before = shift_in(c.connector, connector) & inner;
        auto const katakana_before = shift_in(c.katakana, katakana) & inner;
        auto const kanakanji_before = shift_in(c.kanakanji, kanakanji) & inner;
        auto const word = c.letter | c.numeric;
        auto const word_before = letter_before | numeric_before;
        // WB6, 7, 11 and 12: a Mid character between two of a kind joins both.
        auto const mid = (c.mid_letter & letter_before & ((c.letter & inner) >> 1 | next_letter << 63)) |
                         (c.mid_number & numeric_before & ((c.numeric & inner) >> 1 | next_numeric << 63));
        auto const join = (word & word_before) | mid | (shift_in(mid, joined) & inner) |
                          (c.connector & (word_before | connector_before | katakana_before)) |
                          ((word | c.katakana) & connector_before) | (c.kanakanji & kanakanji_before) |
                          (c.hangul & shift_in(c.hangul, hangul) & inner) |
                          (c.space & shift_in(c.space, space) & inner) |
                          (c.line_feed & shift_in(c.carriage_return, carriage_return) & inner);
        unsure = c.connector & katakana_before;
        auto const ideographs = c.ideographic | (c.radical & kanakanji_before) | unsure;
        auto const numbers = c.numeric | (c.connector & numeric_before);
        auto const letters = c.letter | c.hangul | (c.connector & (letter_before | connector_before));
        return {~join, shift_in(numbers | ideographs, low), shift_in(letters | ideographs, high)};
    }
};

/// Classes of 64 characters of any text.
struct all_classes : plain_classes {
    std::uint64_t hebrew, regional, extend;
    std::uint64_t single_quote, double_quote, joiner, pictographic, newline, ideographic_extend;
};

/// The rules for any text; its words are given in order. What depends on the next character is left open: the
/// words have to be given to `mid_joins` in reverse order afterwards.
struct all_rules {
    /// A class, spread over the characters of Extend that follow (WB4), and its top bit in the words before.
    struct spread {
        std::uint64_t carry = 0;
    };
    spread letter, hebrew, numeric, connector, katakana, mid_letter, mid_number, double_quote, regional,
        ideographic, ideographic_extend;
    std::uint64_t space = 0, carriage_return = 0, kanakanji = 0, hangul = 0, joiner = 0, newline = 0,
                  radical = 0;
    std::uint64_t low = 0, high = 0;
    bool odd_regional = false; ///< an odd number of regional indicators precedes in their run

    struct spread_words {
        std::uint64_t here, before; ///< the class of the base of each character; of the one before
    };
    NEWSGPU_HD static constexpr spread_words apply_spread(std::uint64_t members, std::uint64_t extend,
                                                          std::uint64_t inner, spread& state) {
        auto const first = (members << 1 | state.carry) & extend;
        // Adding the first bit of a run of ones clears the run: what changed is what the class spreads over.
        auto const here = members | first | (extend & ~(extend + first));
        auto const before = (here << 1 | state.carry) & inner;
        state.carry = here >> 63;
        return {here, before};
    }

    /// @param reached takes the characters behind a Mid character that join it from the right.
    /// @param breaks characters that begin a document: nothing before them counts, and none of them is in
    ///   `c.extend`. Whether text is cut there is left to the caller.
    /// @tparam Classes all_classes, or what has the same members as something that converts to their words.
    template <class Classes>
    NEWSGPU_HD constexpr cut_words apply(Classes const& c, std::uint64_t& reached, std::uint64_t& unsure,
                                         std::uint64_t breaks = 0) {
        auto const inner = ~breaks;
        auto const regionals = apply_spread(c.regional, c.extend, inner, regional);
        auto const flags = pairs(c.regional, regionals.before); // the only loop, while little else is alive
        auto const letters = apply_spread(c.letter, c.extend, inner, letter);
        auto const hebrews = apply_spread(c.hebrew, c.extend, inner, hebrew);
        auto const numbers = apply_spread(c.numeric, c.extend, inner, numeric);
        auto const connectors = apply_spread(c.connector, c.extend, inner, connector);
        auto const katakanas = apply_spread(c.katakana, c.extend, inner, katakana);
        auto const ideographs = apply_spread(c.ideographic, c.extend, inner, ideographic);
        auto const extenders = apply_spread(c.ideographic_extend, c.extend, inner, ideographic_extend);
        auto const mid_letters = apply_spread(c.mid_letter & letters.before, c.extend, inner, mid_letter);
        auto const mid_numbers = apply_spread(c.mid_number & numbers.before, c.extend, inner, mid_number);
        auto const quotes = apply_spread(c.double_quote & hebrews.before, c.extend, inner, double_quote);
        reached =
            (mid_letters.before & c.letter) | (mid_numbers.before & c.numeric) | (quotes.before & c.hebrew);
        auto const word = c.letter | c.numeric;
        auto const word_before = letters.before | numbers.before;
        auto const kanakanji_before = shift_in(c.kanakanji, kanakanji) & inner;
        auto const hebrew_quote = c.single_quote & hebrews.before;
        auto const radical_before = shift_in(c.radical, radical) & inner;
        auto const sequence = shift_in(c.joiner, joiner) & inner & c.pictographic;
        auto const join = (c.extend & ~shift_in(c.newline, newline)) | sequence | (word & word_before) |
                          reached | hebrew_quote |
                          (c.connector & (word_before | connectors.before | katakanas.before)) |
                          ((word | c.katakana) & connectors.before) | (c.katakana & katakanas.before) |
                          (c.kanakanji & kanakanji_before) | (c.hangul & shift_in(c.hangul, hangul) & inner) |
                          (c.space & shift_in(c.space, space) & inner) |
                          (c.line_feed & shift_in(c.carriage_return, carriage_return) & inner) | flags;
        unsure = (c.connector & katakanas.before) | (c.extend & radical_before) | sequence;
        auto const ideographic_kind = extenders.here | ideographs.here | (c.radical & kanakanji_before) |
                                      (c.connector & katakanas.before);
        auto const number_kind = numbers.here | (c.connector & numbers.before);
        auto const letter_kind =
            letters.here | c.hangul | hebrew_quote | (c.connector & (letters.before | connectors.before));
        return {~join, shift_in(number_kind | ideographic_kind, low),
                shift_in(letter_kind | ideographic_kind, high)};
    }

    /// What a word hands on to the next one, but for the kind of its last character, in 19 bits.
    NEWSGPU_HD constexpr std::uint32_t carried() const {
        auto const all = letter.carry | hebrew.carry << 1 | numeric.carry << 2 | connector.carry << 3 |
                         katakana.carry << 4 | mid_letter.carry << 5 | mid_number.carry << 6 |
                         double_quote.carry << 7 | regional.carry << 8 | ideographic.carry << 9 |
                         ideographic_extend.carry << 10 | space << 11 | carriage_return << 12 |
                         kanakanji << 13 | hangul << 14 | joiner << 15 | newline << 16 | radical << 17 |
                         std::uint64_t{odd_regional} << 18;
        return static_cast<std::uint32_t>(all);
    }

    /// The bits of `carried` that can be set where there is none of hebrew, regional, extend, hangul,
    /// radical, joiner, newline and ideographic_extend.
    static constexpr std::uint32_t carried_of_usual =
        1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 9 | 1u << 11 | 1u << 12 | 1u << 13;

    /// The rules behind a word that handed `carried` on.
    NEWSGPU_HD static constexpr all_rules resumed(std::uint32_t carried) {
        auto const bit = [carried](int i) { return std::uint64_t{carried >> i & 1}; };
        all_rules rules;
        rules.letter = {bit(0)};
        rules.hebrew = {bit(1)};
        rules.numeric = {bit(2)};
        rules.connector = {bit(3)};
        rules.katakana = {bit(4)};
        rules.mid_letter = {bit(5)};
        rules.mid_number = {bit(6)};
        rules.double_quote = {bit(7)};
        rules.regional = {bit(8)};
        rules.ideographic = {bit(9)};
        rules.ideographic_extend = {bit(10)};
        rules.space = bit(11);
        rules.carriage_return = bit(12);
        rules.kanakanji = bit(13);
        rules.hangul = bit(14);
        rules.joiner = bit(15);
        rules.newline = bit(16);
        rules.radical = bit(17);
        rules.odd_regional = bit(18) != 0;
        return rules;
    }

    /// The Mid characters of a word that join what is before them.
    /// @param carry 0 at first; what goes from a word to the one before it.
    NEWSGPU_HD static constexpr std::uint64_t mid_joins(std::uint64_t reached, std::uint64_t extend,
                                                        std::uint64_t& carry) {
        auto found = reached >> 1 | carry << 63;
        for (std::uint64_t more = 0; (more = found | (found & extend) >> 1) != found;) {
            found = more;
        }
        carry = (reached | (found & extend)) & 1;
        return found & ~extend;
    }

private:
    /// WB15 and 16: regional indicators join in pairs.
    NEWSGPU_HD constexpr std::uint64_t pairs(std::uint64_t members, std::uint64_t after_another) {
        std::uint64_t join = 0;
        for (auto left = members; left != 0; left &= left - 1) {
            auto const bit = left & (0 - left);
            if ((after_another & bit) == 0) {
                odd_regional = false;
            }
            join |= odd_regional ? bit : 0;
            odd_regional = !odd_regional;
        }
        return join;
    }
};

} // namespace newsgpu::element
