#pragma once

#include "cpu/bit_planes.hpp"
#include "cpu/dictionary_loops.hpp"
#include "cpu/segment_kernel.hpp"
#include "element/segment.hpp"
#include "element/word_break.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// The loops of segment_kernel over a vector type, which says how 64 bytes are loaded, looked up and made
/// into masks, and a `Scan`, which says how text is decoded and how pairs are looked up.
template <class Vector, class Scan>
struct segment_loops : bit_planes {
    using words = dictionary_loops<Scan>;
    static_assert(element::word_class::other == element::word_class{}, "scans end a window with zeros");

    // --- ASCII ---

    static element::plain_classes first_flags(typename Vector::bytes const& flags) {
        return {Vector::plane(flags, 0),
                Vector::plane(flags, 1),
                Vector::plane(flags, 2),
                Vector::plane(flags, 3),
                Vector::plane(flags, 4),
                Vector::plane(flags, 5),
                Vector::plane(flags, 6),
                Vector::plane(flags, 7),
                0,
                0,
                0,
                0,
                0};
    }

    /// Visits the cuts of ASCII text, 64 bytes at a time, until other text, the end, or `max_words`.
    template <class Visit>
    static void each_ascii_word(segment_tables const& tables, char const* text, index size, index at,
                                index max_words, Visit visit) {
        element::plain_rules rules;
        for (index w = 0; w < max_words; ++w) {
            auto const base = at + w * word_bits;
            auto const left = size - base;
            bool last = left < word_bits;
            auto const bytes = last ? Vector::load_part(text + base, left) : Vector::load(text + base);
            auto const other = Vector::plane(bytes, 7);
            auto const flags = Vector::look_up_128(tables.ascii_flags, bytes);
            auto const classes = first_flags(flags);
            // Behind the document are NULs, which join nothing: a segment ends at its end like at any other
            // place.
            word allowed = last ? below(left + 1) : ~word{0};
            std::uint8_t next = 0;
            if (left > word_bits) {
                next = static_cast<std::uint8_t>(text[base + word_bits]);
            }
            if (other != 0 || next >= 0x80) {
                // The character before other text may join it, and so may a Mid character before that.
                auto const first_other = other != 0 ? lowest(other) : word_bits;
                auto const mid = classes.mid_letter | classes.mid_number;
                allowed = first_other == 0 ? 0 : below(first_other - 1) | (~mid & one << (first_other - 1));
                next = 0;
                last = true;
            }
            auto const next_flags = tables.ascii_flags[next];
            word unsure = 0;
            auto found = rules.apply(classes, (next_flags & element::flag::letter) != 0,
                                     (next_flags & element::flag::numeric) != 0, unsure);
            found.cut &= allowed;
            if (w == 0) {
                found.cut &= ~one;
            }
            visit(w, found);
            if (last) {
                return;
            }
        }
    }

    static void cut_ascii(segment_tables const& tables, segment_window& window, char const* text, index size,
                          index at) {
        index words = 0;
        each_ascii_word(tables, text, size, at, segment_window::plane_words(window.capacity),
                        [&](index w, element::cut_words const& found) {
                            window.cut[w] = found.cut;
                            window.low[w] = found.low;
                            window.high[w] = found.high;
                            words = w + 1;
                        });
        auto const last = last_bit(window.cut, words * word_bits);
        window.begin = at;
        window.end = last < 0 ? at : at + last;
        window.num_exact = 0;
    }

    static void count_ascii(segment_tables const& tables, segment_window& window, char const* text,
                            index size, index at, segment_counts& counts) {
        index num_words = 0, num_segments = 0;
        index last_word = 0;
        word last_cut = 0;
        each_ascii_word(tables, text, size, at, INT64_MAX, [&](index w, element::cut_words const& found) {
            num_words += population(found.cut & (found.low | found.high));
            num_segments += population(found.cut);
            last_word = found.cut != 0 ? w : last_word;
            last_cut = found.cut != 0 ? found.cut : last_cut;
        });
        counts.words += num_words;
        counts.segments += num_segments;
        window.begin = at;
        window.end = last_cut == 0 ? at : at + last_word * word_bits + highest(last_cut);
        window.num_exact = 0;
    }

    // --- Any text ---

    struct decoded_window {
        index num_chars;
        bool at_end; ///< the document's end was reached
    };

    /// Rules for the decoded window: fills char_cut, char_low, char_high, kanakanji, katakana, exact_chars,
    /// extend.
    static void apply_rules(segment_tables const& tables, segment_window& window, index num_chars) {
        auto const num_words = (num_chars + word_bits - 1) / word_bits;
        auto const rare = any_rare(tables, window, num_words);
        if (rare) {
            apply_all_rules(tables, window, num_words);
        } else {
            apply_plain_rules(tables, window, num_words);
        }
    }

    static bool any_rare(segment_tables const& tables, segment_window const& window, index num_words) {
        word rare = 0;
        for (index w = 0; w < num_words; ++w) {
            auto const classes = Vector::load(window.classes + w * word_bits);
            auto const second = Vector::look_up_32(tables.flags[1], classes);
            rare |= Vector::plane(second, 5) | Vector::plane(second, 6) | Vector::plane(second, 7);
        }
        return rare != 0;
    }

    static element::plain_classes plain_classes_of(segment_tables const& tables,
                                                   typename Vector::bytes const& classes,
                                                   typename Vector::bytes const& second) {
        auto made = first_flags(Vector::look_up_32(tables.flags[0], classes));
        made.kanakanji = Vector::plane(second, 0);
        made.katakana = Vector::plane(second, 1);
        made.hangul = Vector::plane(second, 2);
        made.ideographic = Vector::plane(second, 3);
        made.radical = Vector::plane(second, 4);
        return made;
    }

    static void apply_plain_rules(segment_tables const& tables, segment_window& window, index num_words) {
        element::plain_rules rules;
        for (index w = 0; w < num_words; ++w) {
            auto const classes = Vector::load(window.classes + w * word_bits);
            auto const made = plain_classes_of(tables, classes, Vector::look_up_32(tables.flags[1], classes));
            auto const next = tables.flags[0][window.classes[(w + 1) * word_bits] & element::class_mask];
            word unsure = 0;
            auto const found = rules.apply(made, (next & element::flag::letter) != 0,
                                           (next & element::flag::numeric) != 0, unsure);
            window.rule_cut[w] = found.cut;
            window.char_low[w] = found.low;
            window.char_high[w] = found.high;
            window.kanakanji[w] = made.kanakanji;
            window.katakana[w] = Vector::plane(classes, 6);
            window.exact_chars[w] = Vector::plane(classes, 7) | unsure;
            window.extend[w] = 0;
        }
    }

    static void apply_all_rules(segment_tables const& tables, segment_window& window, index num_words) {
        element::all_rules rules;
        for (index w = 0; w < num_words; ++w) {
            auto const classes = Vector::load(window.classes + w * word_bits);
            auto const second = Vector::look_up_32(tables.flags[1], classes);
            auto const third = Vector::look_up_32(tables.flags[2], classes);
            element::all_classes made{plain_classes_of(tables, classes, second),
                                      Vector::plane(second, 5),
                                      Vector::plane(second, 6),
                                      Vector::plane(second, 7),
                                      Vector::plane(third, 0),
                                      Vector::plane(third, 1),
                                      Vector::plane(third, 2),
                                      Vector::plane(third, 3),
                                      Vector::plane(third, 4),
                                      Vector::plane(third, 5)};
            word unsure = 0;
            auto const found = rules.apply(made, window.reached[w], unsure);
            window.rule_cut[w] = found.cut;
            window.char_low[w] = found.low;
            window.char_high[w] = found.high;
            window.kanakanji[w] = made.kanakanji;
            window.katakana[w] = Vector::plane(classes, 6);
            window.exact_chars[w] = Vector::plane(classes, 7) | unsure;
            window.extend[w] = made.extend;
        }
        word carry = 0;
        for (auto w = num_words; w-- > 0;) {
            window.rule_cut[w] &= ~element::all_rules::mid_joins(window.reached[w], window.extend[w], carry);
        }
    }

    /// The last cut that text behind the window cannot change, in code points; 0 if there is none.
    static index last_certain_cut(segment_window const& window, decoded_window const& decoded) {
        if (decoded.at_end) {
            return decoded.num_chars;
        }
        // A rule looks at the next base: some character that is not Extend has to follow the one behind the
        // cut.
        auto base = decoded.num_chars - 1;
        while (base >= 0 && bit(window.extend, base)) {
            --base;
        }
        auto const cut = last_bit(window.rule_cut, base);
        return cut > 0 ? cut : 0;
    }

    // --- Spans for ICU ---

    /// Turns exact_chars into spans between cuts of the rules, in code points, and takes back what the
    /// dictionary cut inside them.
    static void find_exact_spans(segment_window& window, index limit) {
        window.num_exact = 0;
        for (index from = 0; from < limit;) {
            auto w = from / word_bits;
            auto bits = window.exact_chars[w] & ~below(from % word_bits);
            while (bits == 0 && ++w * word_bits < limit) {
                bits = window.exact_chars[w];
            }
            if (bits == 0 || w * word_bits + lowest(bits) >= limit) {
                return;
            }
            auto const at = w * word_bits + lowest(bits);
            auto const before = last_bit(window.rule_cut, at + 1);
            auto const begin = before < 0 ? 0 : before;
            auto end = at + 1;
            while (end < limit && !bit(window.rule_cut, end)) {
                ++end;
            }
            for (auto i = begin + 1; i < end; ++i) {
                window.char_cut[i / word_bits] &= ~(one << (i % word_bits));
            }
            window.exact[window.num_exact++] = {begin, end};
            from = end;
        }
    }

    /// The byte where code point `i` begins. A walk: spans for ICU are rare.
    static index byte_of(segment_window const& window, index i) {
        for (index w = 0;; ++w) {
            auto const count = population(window.leads[w]);
            if (i < count) {
                auto leads = window.leads[w];
                for (; i > 0; --i) {
                    leads &= leads - 1;
                }
                return w * word_bits + lowest(leads);
            }
            i -= count;
        }
    }

    // --- From code points to bytes ---

    static void to_bytes(segment_window& window, index last_cut) {
        index at = 0;
        auto const part = [](word const* plane, index from) {
            auto const w = from / word_bits, shift = from % word_bits;
            return plane[w] >> shift | (shift == 0 ? 0 : plane[w + 1] << (word_bits - shift));
        };
        for (index w = 0;; ++w) {
            auto const leads = window.leads[w];
            auto const count = population(leads);
            auto const certain = below(last_cut + 1 - at);
            window.cut[w] = Vector::deposit(part(window.char_cut, at) & certain, leads);
            window.low[w] = Vector::deposit(part(window.char_low, at), leads);
            window.high[w] = Vector::deposit(part(window.char_high, at), leads);
            at += count;
            if (at > last_cut) {
                window.end = window.begin + w * word_bits + highest(window.cut[w]);
                return;
            }
        }
    }

    /// Everything but the planes of bytes. Returns the number of code points up to the last certain cut.
    static index cut_chars(segment_tables const& tables, segment_window& window, char const* text, index size,
                           index at) {
        window.begin = at;
        window.end = at;
        window.num_exact = 0;
        decoded_window const decoded = Scan::template decode<decoded_window>(tables, window, text, size, at);
        auto const m = decoded.num_chars;
        auto const num_words = m / word_bits + 1;
        apply_rules(tables, window, num_words * word_bits);
        window.kanakanji[num_words] = 0;
        window.char_low[num_words] = window.char_high[num_words] = 0;
        window.rule_cut[0] &= ~one;
        auto const last = last_certain_cut(window, decoded);
        if (last == 0) {
            return 0;
        }
        auto const used_words = last / word_bits + 1;
        words::find(tables.dictionary, window, used_words);
        words::cut_runs(tables.dictionary, window, used_words);
        find_exact_spans(window, last);
        return last;
    }

    static void cut_any(segment_tables const& tables, segment_window& window, char const* text, index size,
                        index at) {
        if (auto const last = cut_chars(tables, window, text, size, at); last != 0) {
            finish(window, last);
        }
    }

    static void finish(segment_window& window, index last) {
        for (index i = 0; i < window.num_exact; ++i) {
            window.exact[i] = {window.begin + byte_of(window, window.exact[i].begin),
                               window.begin + byte_of(window, window.exact[i].end)};
        }
        to_bytes(window, last);
    }

    static void count_any(segment_tables const& tables, segment_window& window, char const* text, index size,
                          index at, segment_counts& counts) {
        auto const last = cut_chars(tables, window, text, size, at);
        if (last == 0) {
            return;
        }
        if (window.num_exact != 0) {
            finish(window, last);
            return;
        }
        for (index w = 0; w * word_bits <= last; ++w) {
            auto const cut = window.char_cut[w] & below(last + 1 - w * word_bits);
            counts.words += population(cut & (window.char_low[w] | window.char_high[w]));
            counts.segments += population(cut);
        }
        window.end = window.begin + byte_of(window, last);
    }
};

} // namespace newsgpu::cpu
