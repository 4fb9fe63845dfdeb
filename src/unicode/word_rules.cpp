#include "unicode/word_rules.hpp"

#include "unicode/break_data.hpp"
#include "unicode/icu_error.hpp"

#include <unicode/ucptrie.h>
#include <unicode/uniset.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace newsgpu::unicode {

namespace {

using element::num_word_classes;
using element::segment_kind;
using element::word_class;

// The layout of "Brk " data, format version 6 (icu4c/source/common/rbbidata.h).
struct header {
    std::uint32_t magic;
    std::uint8_t format_version[4];
    std::uint32_t length, num_categories;
    std::uint32_t forward, forward_bytes, reverse, reverse_bytes, trie, trie_bytes, source, source_bytes,
        status, status_bytes;
    std::uint32_t reserved[6];
};
constexpr std::uint32_t rules_magic = 0xB1A0;
constexpr std::uint8_t known_format = 6;

struct state_table {
    std::uint32_t num_states, row_bytes, first_dictionary_category, num_lookaheads, flags;
};
constexpr std::uint32_t eight_bit_rows = 4;
/// Bytes of a row before its transitions: accepting, lookahead, index of the status.
constexpr std::size_t row_head = 3;
constexpr std::size_t max_categories = 64;

struct trie_closer {
    void operator()(UCPTrie* trie) const { ucptrie_close(trie); }
};
using category_trie = std::unique_ptr<UCPTrie, trie_closer>;

/// A character of each class. The categories of ICU's rules have numbers that change between its versions.
constexpr std::array<std::pair<char32_t, word_class>, num_word_classes> representatives{{
    {U'!', word_class::other},
    {U'a', word_class::letter},
    {U'0', word_class::numeric},
    {U'_', word_class::connector},
    {0x00B7, word_class::mid_letter},
    {U',', word_class::mid_number},
    {U'.', word_class::mid_number_letter},
    {U'\'', word_class::single_quote},
    {U' ', word_class::space},
    {U'\r', word_class::carriage_return},
    {U'\n', word_class::line_feed},
    {0x000B, word_class::newline},
    {U'"', word_class::double_quote},
    {0x1F600, word_class::pictographic},
    {0x24C2, word_class::pictographic_letter},
    {0x05D0, word_class::hebrew_letter},
    {0x1F1E6, word_class::regional_indicator},
    {0x0300, word_class::extend},
    {0x200D, word_class::joiner},
    {0x16FE4, word_class::ideographic_extend},
    {0x0E01, word_class::complex},
    {0x0E31, word_class::complex_extend},
    {0x3006, word_class::ideographic},
    {0x4E00, word_class::han},
    {0x2E80, word_class::radical},
    {0x30A2, word_class::katakana},
    {0x3042, word_class::hiragana},
    {0xAC00, word_class::hangul},
}};

bool is_kanakanji(word_class c) {
    return (element::flags_of(c).second & element::flag::kanakanji) != 0;
}

std::optional<segment_kind> kind_of_status(std::int32_t status) {
    switch (status) {
    case 0:
        return segment_kind::none;
    case 100:
        return segment_kind::number;
    case 200:
        return segment_kind::letter;
    case 400:
        return segment_kind::ideographic;
    default:
        return std::nullopt;
    }
}

icu::UnicodeSet set_of(char16_t const* pattern) {
    auto status = U_ZERO_ERROR;
    icu::UnicodeSet set{icu::UnicodeString{pattern}, status};
    check_icu(status, "a set of characters");
    return set;
}

template <class Visit>
void for_each_range(icu::UnicodeSet const& set, Visit visit) {
    for (std::int32_t i = 0; i < set.getRangeCount(); ++i) {
        visit(static_cast<std::uint32_t>(set.getRangeStart(i)),
              static_cast<std::uint32_t>(set.getRangeEnd(i)));
    }
}

/// Which characters ICU's Chinese and Japanese dictionary takes, and which of them it normalizes first.
void mark_exact(code_point_values<std::uint8_t>& classes, std::vector<bool> const& in_dictionary_category) {
    auto const has = [](std::uint8_t value, auto test) {
        return test(static_cast<word_class>(value & element::class_mask));
    };
    std::vector<bool> taken(num_code_points);
    for_each_range(set_of(u"[[:Han:][:Hiragana:][:Katakana:]\\u30fc\\uff70\\uff9e\\uff9f]"),
                   [&](std::uint32_t first, std::uint32_t last) {
                       for (auto c = first; c <= last; ++c) {
                           taken[c] = true;
                           if (!has(classes[c], is_kanakanji)) {
                               classes[c] |= element::exact_mark;
                           }
                       }
                   });
    for_each_range(set_of(u"[[:NFKC_QC=No:][:NFKC_QC=Maybe:][:^ccc=0:]]"),
                   [&](std::uint32_t first, std::uint32_t last) {
                       for (auto c = first; c <= last; ++c) {
                           if (taken[c]) {
                               classes[c] |= element::exact_mark;
                           }
                       }
                   });
    for (std::uint32_t c = 0; c < num_code_points; ++c) {
        if (in_dictionary_category[c] && !taken[c] &&
            !has(classes[c], [](word_class k) { return k == word_class::hangul; })) {
            classes[c] |= element::exact_mark;
        }
        if ((c >= 0x30A1 && c <= 0x30FE && c != 0x30FB) || (c >= 0xFF66 && c <= 0xFF9F)) {
            classes[c] |= element::katakana_mark;
        }
    }
}

/// Cuts classes by the automaton: longest match, again and again.
template <class Visit>
void cut_by_automaton(word_automaton const& automaton, std::uint8_t const* classes, std::size_t size,
                      Visit visit) {
    for (std::size_t start = 0; start < size;) {
        auto end = start;
        auto kind = segment_kind::none;
        auto state = word_automaton::start;
        for (auto at = start; at < size;) {
            state = automaton.next[state][classes[at++]];
            if (state == word_automaton::stop) {
                break;
            }
            if (automaton.accepting[state]) {
                end = at;
                kind = automaton.kind[state];
            }
        }
        if (end == start) {
            end = start + 1;
            kind = segment_kind::none;
        }
        visit(end, kind);
        start = end;
    }
}

/// The union of the classes that have a flag.
template <std::uint8_t element::class_flags::* Byte, std::uint8_t Flag>
std::uint64_t with_flag(std::array<std::uint64_t, num_word_classes> const& members) {
    return [&]<std::size_t... C>(std::index_sequence<C...>) {
        return ((element::flags_of(static_cast<word_class>(C)).*Byte & Flag ? members[C] : 0) | ...);
    }(std::make_index_sequence<num_word_classes>{});
}

element::all_classes classes_of(std::uint8_t const* classes, std::size_t size) {
    std::array<std::uint64_t, num_word_classes> members{};
    for (std::size_t i = 0; i < size; ++i) {
        members[classes[i]] |= std::uint64_t{1} << i;
    }
    namespace flag = element::flag;
    using element::class_flags;
    constexpr auto first = &class_flags::first;
    constexpr auto second = &class_flags::second;
    constexpr auto third = &class_flags::third;
    element::all_classes made{};
    made.letter = with_flag<first, flag::letter>(members);
    made.numeric = with_flag<first, flag::numeric>(members);
    made.connector = with_flag<first, flag::connector>(members);
    made.mid_letter = with_flag<first, flag::mid_letter>(members);
    made.mid_number = with_flag<first, flag::mid_number>(members);
    made.space = with_flag<first, flag::space>(members);
    made.carriage_return = with_flag<first, flag::carriage_return>(members);
    made.line_feed = with_flag<first, flag::line_feed>(members);
    made.kanakanji = with_flag<second, flag::kanakanji>(members);
    made.katakana = with_flag<second, flag::katakana>(members);
    made.hangul = with_flag<second, flag::hangul>(members);
    made.ideographic = with_flag<second, flag::ideographic>(members);
    made.radical = with_flag<second, flag::radical>(members);
    made.hebrew = with_flag<second, flag::hebrew>(members);
    made.regional = with_flag<second, flag::regional>(members);
    made.extend = with_flag<second, flag::extend>(members);
    made.single_quote = with_flag<third, flag::single_quote>(members);
    made.double_quote = with_flag<third, flag::double_quote>(members);
    made.joiner = with_flag<third, flag::joiner>(members);
    made.pictographic = with_flag<third, flag::pictographic>(members);
    made.newline = with_flag<third, flag::newline>(members);
    made.ideographic_extend = with_flag<third, flag::ideographic_extend>(members);
    return made;
}

/// Every string of four classes, twelve strings to a word, line feeds between them: they are cut off on both
/// sides.
bool rules_equal_automaton(word_automaton const& automaton) {
    constexpr std::size_t length = 4, strings_a_word = 12, word_size = 64;
    constexpr auto all = num_word_classes * num_word_classes * num_word_classes * num_word_classes;
    for (std::uint32_t next = 0; next < all;) {
        std::uint8_t text[word_size + 1];
        std::fill_n(text, word_size + 1, static_cast<std::uint8_t>(word_class::line_feed));
        for (std::size_t s = 0; s < strings_a_word && next < all; ++s, ++next) {
            auto left = next;
            for (std::size_t k = 0; k < length; ++k, left /= num_word_classes) {
                text[s * (length + 1) + k] = static_cast<std::uint8_t>(left % num_word_classes);
            }
        }
        element::cut_words expected{};
        cut_by_automaton(automaton, text, word_size, [&](std::size_t end, segment_kind kind) {
            if (end < word_size) {
                auto const bits = static_cast<std::uint64_t>(kind);
                expected.cut |= std::uint64_t{1} << end;
                expected.low |= (bits & 1) << end;
                expected.high |= (bits >> 1) << end;
            }
        });
        auto const equal = [&](element::cut_words made) {
            made.cut &= ~std::uint64_t{1};
            return made.cut == expected.cut && (made.low & made.cut) == expected.low &&
                   (made.high & made.cut) == expected.high;
        };
        auto const c = classes_of(text, word_size);
        std::uint64_t unsure = 0, reached = 0, carry = 0;
        element::all_rules any;
        auto made = any.apply(c, reached, unsure);
        made.cut &= ~element::all_rules::mid_joins(reached, c.extend, carry);
        if (!equal(made)) {
            return false;
        }
        if ((c.hebrew | c.regional | c.extend) == 0) {
            element::plain_rules plain;
            if (!equal(plain.apply(c, 0, 0, unsure))) {
                return false;
            }
        }
    }
    return true;
}

/// Rules as they lie in ICU's data: an automaton over categories of characters.
struct compiled_rules {
    header const* head;
    state_table const* states;
    std::uint8_t const* rows;
    std::int32_t const* statuses;
    category_trie categories;
};

/// Nothing where the data have another form than the known one.
std::optional<compiled_rules> open_rules(UDataMemory* data) {
    auto const* const bytes = static_cast<std::uint8_t const*>(udata_getMemory(data));
    auto const* const head = reinterpret_cast<header const*>(bytes);
    if (head->magic != rules_magic || head->format_version[0] != known_format ||
        head->num_categories > max_categories) {
        return std::nullopt;
    }
    auto const* const states = reinterpret_cast<state_table const*>(bytes + head->forward);
    if (states->num_states > word_automaton::max_states || states->flags != eight_bit_rows ||
        states->row_bytes < row_head + head->num_categories) {
        return std::nullopt;
    }
    auto status = U_ZERO_ERROR;
    category_trie categories{
        ucptrie_openFromBinary(UCPTRIE_TYPE_FAST, UCPTRIE_VALUE_BITS_ANY, bytes + head->trie,
                               static_cast<std::int32_t>(head->trie_bytes), nullptr, &status)};
    if (U_FAILURE(status)) {
        return std::nullopt;
    }
    return compiled_rules{head, states, bytes + head->forward + sizeof(state_table),
                          reinterpret_cast<std::int32_t const*>(bytes + head->status), std::move(categories)};
}

/// Which category of ICU's rules each class is, and the other way round.
struct category_classes {
    std::array<std::optional<word_class>, max_categories> class_of;
    std::array<std::uint32_t, num_word_classes> category_of{};
};

/// Nothing where two classes are one category.
std::optional<category_classes> match_categories(compiled_rules const& rules) {
    category_classes matched;
    for (auto const& [character, c] : representatives) {
        auto const category = ucptrie_get(rules.categories.get(), static_cast<UChar32>(character));
        if (category >= rules.head->num_categories || matched.class_of[category]) {
            return std::nullopt;
        }
        matched.class_of[category] = c;
        matched.category_of[static_cast<std::size_t>(c)] = category;
    }
    return matched;
}

/// The automaton over classes; false where it does what ours cannot: looks ahead, or names another status.
bool read_automaton(compiled_rules const& rules, category_classes const& matched, word_automaton& automaton) {
    for (std::uint32_t s = 0; s < rules.states->num_states; ++s) {
        auto const* row = rules.rows + s * rules.states->row_bytes;
        // A group of statuses starts with its size; ICU reports the last.
        auto const group = row[2];
        auto const kind = kind_of_status(rules.statuses[group + rules.statuses[group]]);
        if (row[0] > 1 || row[1] != 0 || !kind) {
            return false;
        }
        automaton.accepting[s] = row[0] == 1;
        automaton.kind[s] = *kind;
        for (std::uint32_t c = 0; c < num_word_classes; ++c) {
            automaton.next[s][c] = row[row_head + matched.category_of[c]];
        }
    }
    return true;
}

/// The class and marks of every code point; false where some have a category that is no class.
bool read_classes(compiled_rules const& rules, category_classes const& matched,
                  code_point_values<std::uint8_t>& classes) {
    std::vector<bool> in_dictionary_category(num_code_points);
    for (UChar32 first = 0; first < static_cast<UChar32>(num_code_points);) {
        std::uint32_t category = 0;
        auto const last = ucptrie_getRange(rules.categories.get(), first, UCPMAP_RANGE_NORMAL, 0, nullptr,
                                           nullptr, &category);
        if (last < 0) {
            break;
        }
        if (category >= rules.head->num_categories || !matched.class_of[category]) {
            return false;
        }
        classes.set(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last),
                    static_cast<std::uint8_t>(*matched.class_of[category]));
        if (category >= rules.states->first_dictionary_category) {
            std::fill(in_dictionary_category.begin() + first, in_dictionary_category.begin() + last + 1,
                      true);
        }
        first = last + 1;
    }
    mark_exact(classes, in_dictionary_category);
    return true;
}

} // namespace

std::optional<word_rules> load_word_rules() {
    auto const data = open_break_data("brk", "word");
    auto const compiled = data ? open_rules(data.get()) : std::nullopt;
    auto const matched = compiled ? match_categories(*compiled) : std::nullopt;
    word_rules rules;
    if (!matched || !read_automaton(*compiled, *matched, rules.automaton) ||
        !read_classes(*compiled, *matched, rules.classes)) {
        return std::nullopt;
    }
    rules.classes.compress();
    if (!rules_equal_automaton(rules.automaton)) {
        return std::nullopt;
    }
    return rules;
}

} // namespace newsgpu::unicode
