#pragma once

#include "cpu/segment_loops.hpp"
#include "element/character.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// The loops for tokens that a Rule of element/character.hpp finds.
template <class Vector, class Scan, class Rule>
struct character_loops {
    using segments = segment_loops<Vector, Scan>;
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;

    static element::character_words planes(typename Vector::bytes const& flags) {
        return {Vector::plane(flags, 0), Vector::plane(flags, 1), Vector::plane(flags, 2)};
    }

    template <class Visit>
    static void each_ascii_word(character_tables const& tables, char const* text, index size, index at,
                                index max_words, Visit visit) {
        Rule rule;
        for (index w = 0; w < max_words; ++w) {
            auto const base = at + w * word_bits;
            auto const left = size - base;
            bool last = left < word_bits;
            auto const bytes = last ? Vector::load_part(text + base, left) : Vector::load(text + base);
            auto found = rule.apply(planes(Vector::look_up_128(tables.ascii_classes, bytes)));
            if (last) {
                found.cut = (found.cut | word{1} << left) & segments::below(left + 1);
            }
            if (auto const other = Vector::plane(bytes, 7); other != 0) {
                found.cut &= segments::below(segments::lowest(other));
                last = true;
            }
            if (w == 0) {
                found.cut &= ~word{1};
            }
            visit(w, found);
            if (last) {
                return;
            }
        }
    }

    static void cut_ascii(character_tables const& tables, segment_window& window, char const* text,
                          index size, index at) {
        index words = 0;
        each_ascii_word(tables, text, size, at, segment_window::plane_words(window.capacity),
                        [&](index w, element::cut_words const& found) {
                            window.cut[w] = found.cut;
                            window.low[w] = found.low;
                            window.high[w] = found.high;
                            words = w + 1;
                        });
        auto const last = segments::last_bit(window.cut, words * word_bits);
        window.begin = at;
        window.end = last < 0 ? at : at + last;
        window.num_exact = 0;
    }

    static void count_ascii(character_tables const& tables, segment_window& window, char const* text,
                            index size, index at, segment_counts& counts) {
        index num_words = 0, last_word = 0;
        word last_cut = 0;
        each_ascii_word(tables, text, size, at, INT64_MAX, [&](index w, element::cut_words const& found) {
            num_words += segments::population(found.cut & found.low);
            last_word = found.cut != 0 ? w : last_word;
            last_cut = found.cut != 0 ? found.cut : last_cut;
        });
        counts.words += num_words;
        window.begin = at;
        window.end = last_cut == 0 ? at : at + last_word * word_bits + segments::highest(last_cut);
    }

    /// Returns the number of code points up to the last certain cut.
    static index cut_chars(character_tables const& tables, segment_window& window, char const* text,
                           index size, index at) {
        window.begin = at;
        window.end = at;
        window.num_exact = 0;
        auto const decoded =
            Scan::template decode<typename segments::decoded_window>(tables, window, text, size, at);
        auto const m = decoded.num_chars;
        Rule rule;
        for (index w = 0; w <= m / word_bits; ++w) {
            auto const found = rule.apply(planes(Vector::load(window.classes + w * word_bits)));
            window.char_cut[w] = found.cut;
            window.char_low[w] = found.low;
            window.char_high[w] = found.high;
        }
        window.char_cut[0] &= ~word{1};
        if (decoded.at_end) {
            segments::set_bit(window.char_cut, m);
            return m;
        }
        auto const last = segments::last_bit(window.char_cut, m);
        return last < 0 ? 0 : last;
    }

    static void cut_any(character_tables const& tables, segment_window& window, char const* text, index size,
                        index at) {
        if (auto const last = cut_chars(tables, window, text, size, at); last != 0) {
            segments::to_bytes(window, last);
        }
    }

    static void count_any(character_tables const& tables, segment_window& window, char const* text,
                          index size, index at, segment_counts& counts) {
        auto const last = cut_chars(tables, window, text, size, at);
        if (last == 0) {
            return;
        }
        for (index w = 0; w * word_bits <= last; ++w) {
            counts.words += segments::population(window.char_cut[w] & window.char_low[w] &
                                                 segments::below(last + 1 - w * word_bits));
        }
        window.end = window.begin + segments::byte_of(window, last);
    }

    static constexpr character_kernel kernel{&cut_ascii, &cut_any, &count_ascii, &count_any};
};

} // namespace newsgpu::cpu
