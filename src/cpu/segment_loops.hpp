#pragma once

#include "cpu/segment_kernel.hpp"
#include "element/segment.hpp"
#include "element/utf8.hpp"
#include "element/word_break.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// The loops of segment_kernel over a vector type, which says how 64 bytes are loaded, looked up and made
/// into masks, and a `Scan`, which says how text is decoded and how pairs are looked up.
template <class Vector, class Scan>
struct segment_loops {
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;
    static constexpr word one = 1;

    static word below(index count) { return count >= word_bits ? ~word{0} : (one << count) - 1; }
    static index highest(word w) { return 63 - __builtin_clzll(w); }
    static index lowest(word w) { return __builtin_ctzll(w); }
    static index population(word w) { return __builtin_popcountll(w); }
    static bool bit(word const* plane, index i) { return (plane[i / word_bits] >> (i % word_bits) & 1) != 0; }
    static void set_bit(word* plane, index i) { plane[i / word_bits] |= one << (i % word_bits); }
    /// The position of the last bit of plane below `limit`, or -1.
    static index last_bit(word const* plane, index limit) {
        for (auto w = (limit - 1) / word_bits; limit > 0 && w >= 0; --w) {
            auto const bits = plane[w] & below(limit - w * word_bits);
            if (bits != 0) {
                return w * word_bits + highest(bits);
            }
        }
        return -1;
    }
    static index next_bit(word const* plane, index from) {
        auto bits = plane[from / word_bits] & ~below(from % word_bits);
        auto w = from / word_bits;
        while (bits == 0) {
            bits = plane[++w];
        }
        return w * word_bits + lowest(bits);
    }

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

    // --- Dictionary ---

    static void set_range(word* plane, index first, index last) {
        for (auto i = first; i < last; ++i) {
            set_bit(plane, i);
        }
    }

    static word pairs_at(segment_window const& window, index w) {
        return window.kanakanji[w] & (window.kanakanji[w] >> 1 | window.kanakanji[w + 1] << 63);
    }

    /// Looks all pairs up: fills cover (bit i: a word or a group crosses the place before character i), wins,
    /// grouped, entries and long_words.
    static void find_words(segment_tables const& tables, segment_window& window, index num_words) {
        auto const& dictionary = tables.dictionary;
        for (index w = 0; w <= num_words; ++w) {
            window.cover[w] = 0;
            window.grouped[w] = 0;
        }
        // A word of 64 ahead: by the time a pair is read, its line has come.
        Scan::locate_pairs(dictionary, window, 0, pairs_at(window, 0));
        for (index w = 0; w < num_words; ++w) {
            if (w + 1 < num_words) {
                Scan::locate_pairs(dictionary, window, w + 1, pairs_at(window, w + 1));
            }
            auto const found = Scan::read_pairs(dictionary, window, w, pairs_at(window, w));
            window.wins[w] = found.wins;
            window.longer[w] = found.longer;
            window.cover[w] |= found.words << 1;
            window.cover[w + 1] |= found.words >> 63;
        }
        find_longer_words(dictionary, window, num_words);
        find_groups(window, num_words);
    }

    /// Words of three characters and more, in three sweeps so that look-ups overlap: places are found and
    /// asked for, prefixes of three characters are read, the few that exist are followed.
    static void find_longer_words(element::dictionary const& dictionary, segment_window& window,
                                  index num_words) {
        auto* const prefixes = window.prefixes;
        index num_prefixes = 0;
        for (index w = 0; w < num_words; ++w) {
            auto const third = window.kanakanji[w] >> 2 | window.kanakanji[w + 1] << 62;
            for (auto starts = window.longer[w] & third; starts != 0; starts &= starts - 1) {
                auto const start = w * word_bits + lowest(starts);
                auto const node = element::dictionary_entry{window.entries[start]}.node();
                auto const place = dictionary.edge_place(node, window.codes[start + 2]);
                __builtin_prefetch(dictionary.edges.slots + place);
                prefixes[num_prefixes++] = {static_cast<std::uint32_t>(start), place};
            }
        }
        index num_found = 0;
        for (index i = 0; i < num_prefixes; ++i) {
            auto const [start, place] = prefixes[i];
            auto const node = element::dictionary_entry{window.entries[start]}.node();
            auto const entry =
                element::dictionary::edge_entry(dictionary.edges.slots[place], node, window.codes[start + 2]);
            prefixes[num_found] = {start, entry.bits};
            num_found += entry.bits != 0;
        }
        auto* next_long = window.long_words;
        for (index i = 0; i < num_found; ++i) {
            auto const start = static_cast<index>(prefixes[i].start);
            auto entry = element::dictionary_entry{prefixes[i].bits};
            index last = 0;
            for (auto at = start + 3;; ++at) {
                if (entry.cost() != 0) {
                    *next_long++ = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at - start),
                                    entry.cost()};
                    last = at;
                }
                if (entry.node() == 0 || !bit(window.kanakanji, at)) {
                    break;
                }
                entry = dictionary.find_edge(entry.node(), window.codes[at]);
            }
            set_range(window.cover, start + 1, last);
        }
        // A last entry that no piece reaches.
        *next_long = {UINT32_MAX, 0, 0};
    }

    /// Runs of katakana, which are words of their own.
    static void find_groups(segment_window& window, index num_words) {
        auto* next_group = window.groups;
        word carry = 0;
        for (index w = 0; w < num_words; ++w) {
            auto const katakana = window.katakana[w] & window.kanakanji[w];
            auto const starts = katakana & ~(katakana << 1 | carry);
            carry = katakana >> 63;
            for (auto left = starts; left != 0; left &= left - 1) {
                auto const start = w * word_bits + lowest(left);
                auto end = start + 1;
                while (end - start < element::max_katakana && bit(window.kanakanji, end) &&
                       bit(window.katakana, end)) {
                    ++end;
                }
                auto const length = static_cast<std::uint32_t>(end - start);
                if (length < 2 || length >= element::max_katakana) {
                    continue;
                }
                set_range(window.cover, start + 1, end);
                set_range(window.grouped, start + 1, end);
                *next_group++ = {static_cast<std::uint32_t>(start), length, element::katakana_cost(length)};
            }
        }
        *next_group = {UINT32_MAX, 0, 0};
    }

    /// Cuts runs of kanakanji into words: rule_cut becomes char_cut.
    static void cut_runs(segment_tables const& tables, segment_window& window, index num_words) {
        word kanakanji_carry = 0, cover_carry = 0, wins_carry = 0;
        for (index w = 0; w < num_words; ++w) {
            auto const here = window.kanakanji[w];
            auto const inside = here & (here << 1 | kanakanji_carry);
            kanakanji_carry = here >> 63;
            auto const cover = window.cover[w];
            auto const left = cover << 1 | cover_carry, right = cover >> 1 | window.cover[w + 1] << 63;
            cover_carry = cover >> 63;
            auto const wins = window.wins[w] << 1 | wins_carry;
            wins_carry = window.wins[w] >> 63;
            auto const alone = cover & ~left & ~right & ~window.grouped[w];
            window.char_cut[w] = window.rule_cut[w] | (inside & ~cover) | (alone & ~wins);
            window.char_low[w] |= inside;
            window.char_high[w] |= inside;
            // The first covered place of each longer piece; kept in `wins`, which is read no more.
            window.wins[w] = cover & ~left & ~alone;
        }
        window.char_cut[num_words] = 0;
        word_cursor next{window.long_words, window.groups};
        for (index w = 0; w < num_words; ++w) {
            for (auto starts = window.wins[w]; starts != 0; starts &= starts - 1) {
                cut_piece(tables, window, w * word_bits + lowest(starts) - 1, next);
            }
        }
    }

    /// The next words of three characters or more, and groups, in order of where they begin.
    struct word_cursor {
        segment_window::long_word const *word, *group;
    };

    /// The cheapest way through the characters from `start` to the next place that nothing crosses.
    static void cut_piece(segment_tables const& tables, segment_window& window, index start,
                          word_cursor& next) {
        auto end = start + 1;
        while (bit(window.cover, end)) {
            ++end;
        }
        auto* const keys = window.keys;
        keys[0] = element::path_start;
        for (index i = 1; i <= end - start; ++i) {
            keys[i] = element::unreached;
        }
        auto const relax = [&](index from, std::uint32_t cost, std::uint32_t length) {
            auto const key = element::extend_path(keys[from], cost, length);
            auto& to = keys[from + length];
            to = key < to ? key : to;
        };
        auto const relax_all = [&](segment_window::long_word const*& each, index at) {
            while (each->start < static_cast<std::uint32_t>(at)) {
                ++each;
            }
            for (; each->start == static_cast<std::uint32_t>(at); ++each) {
                relax(at - start, each->cost, each->length);
            }
        };
        for (auto at = start; at < end; ++at) {
            relax(at - start, tables.dictionary.costs[window.codes[at]], 1);
            if (at + 1 == end) {
                break;
            }
            if (auto const pair = element::dictionary_entry{window.entries[at]}; pair.cost() != 0) {
                relax(at - start, pair.cost(), 2);
            }
            relax_all(next.word, at);
            relax_all(next.group, at);
        }
        for (auto i = end - start; i > 0;) {
            i -= element::last_word_length(keys[i]);
            if (i > 0) {
                set_bit(window.char_cut, start + i);
            }
        }
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
        for (auto i = m; i < (num_words + 1) * word_bits; ++i) {
            window.classes[i] = static_cast<std::uint8_t>(element::word_class::other);
            window.codes[i] = 0;
        }
        apply_rules(tables, window, num_words * word_bits);
        window.kanakanji[num_words] = 0;
        window.char_low[num_words] = window.char_high[num_words] = 0;
        window.rule_cut[0] &= ~one;
        auto const last = last_certain_cut(window, decoded);
        if (last == 0) {
            return 0;
        }
        auto const used_words = last / word_bits + 1;
        find_words(tables, window, used_words);
        cut_runs(tables, window, used_words);
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

    // --- From planes to positions ---

    template <bool All>
    static index find_parts(segment_window const& window, index num_words, std::uint32_t base,
                            std::uint32_t* starts, std::uint32_t* ends) {
        index n = 0;
        auto begin = base;
        for (index w = 0; w < num_words; ++w) {
            auto const cut = window.cut[w];
            auto const wanted = All ? ~word{0} : window.low[w] | window.high[w];
            auto const here = base + static_cast<std::uint32_t>(w * word_bits);
            for (auto left = cut; left != 0; left &= left - 1) {
                auto const k = lowest(left);
                auto const end = here + static_cast<std::uint32_t>(k);
                starts[n] = begin;
                ends[n] = end;
                // No branch: every other part of English is a space.
                n += static_cast<index>(wanted >> k & 1);
                begin = end;
            }
        }
        return n;
    }

    template <bool All>
    static index place_parts(word const* planes, index num_words, index base, std::uint16_t const* statuses,
                             index* starts, index* ends, std::uint16_t* status) {
        index n = 0;
        auto begin = base;
        for (index w = 0; w < num_words; ++w) {
            auto const cut = planes[w], low = planes[num_words + w], high = planes[2 * num_words + w];
            auto const here = base + w * word_bits;
            if constexpr (requires { Scan::place_word; }) {
                n += Scan::place_word({cut, low, high}, All ? cut : cut & (low | high), begin, here, statuses,
                                      starts + n, ends + n, status + n);
                begin = cut != 0 ? here + highest(cut) : begin;
                continue;
            }
            // Nothing is written for other parts: what lies behind the last token is somebody else's.
            for (auto left = All ? cut : cut & (low | high); left != 0; left &= left - 1) {
                auto const k = lowest(left);
                auto const before = cut & below(k);
                starts[n] = before != 0 ? here + highest(before) : begin;
                ends[n] = here + k;
                status[n] = statuses[(low >> k & 1) | (high >> k & 1) << 1];
                ++n;
            }
            begin = cut != 0 ? here + highest(cut) : begin;
        }
        return n;
    }

    static bool is_ascii(char const* text, index size) {
        word other = 0;
        for (index at = 0; at < size; at += word_bits) {
            auto const left = size - at;
            other |= Vector::plane(
                left < word_bits ? Vector::load_part(text + at, left) : Vector::load(text + at), 7);
        }
        return other == 0;
    }

    // --- Normalization ---

    static void copy_lowered(char const* from, index size, char* to) {
        index at = 0;
        for (; at + word_bits <= size; at += word_bits) {
            Vector::store(to + at, Vector::lower(Vector::load(from + at)));
        }
        if (at < size) {
            Vector::store(to + at, Vector::lower(Vector::load_part(from + at, size - at)));
        }
    }

    /// Visits 64 bytes at a time, each from the start of a code point, until what is not plain (see
    /// segment_kernel); returns where that is. `visit` gets how many of the bytes are fine and returns how
    /// many it takes; fewer end the visit.
    template <class Visit>
    static index each_plain(char const* from, index size, Visit visit) {
        for (index at = 0; at < size;) {
            auto const left = size - at;
            auto const bytes =
                left < word_bits ? Vector::load_part(from + at, left) : Vector::load(from + at);
            auto const other = Vector::plane(bytes, 7);
            auto fine = left < word_bits ? left : word_bits;
            bool last = left <= word_bits;
            if (other != 0) {
                auto const seen = Vector::plain_bytes(bytes);
                // Leads 0xE4 to 0xE9 have two bytes behind them, whatever these are; 0xE2 and 0xE3 some
                // pairs.
                auto const marks = seen.second_80 >> 1 & ((seen.lead_e3 & seen.third_of_e3 >> 2) |
                                                          (seen.lead_e2 & seen.third_of_e2 >> 2));
                auto const lead = seen.han_lead | marks;
                auto const bad =
                    (((lead << 1 | lead << 2) ^ seen.continuation) | (other & ~lead & ~seen.continuation)) &
                    below(left);
                if (bad != 0) {
                    fine = lowest(bad);
                    // The last two bytes may begin a pair of which too little is seen.
                    last = last || fine < word_bits - 2;
                }
                // A code point that is not whole, here or in the text.
                auto const open = fine >= 2 ? lead & below(fine) & ~below(fine - 2) : lead & below(fine);
                if (open != 0) {
                    fine = lowest(open);
                }
            }
            auto const taken = visit(at, bytes, fine);
            at += taken;
            if (last || taken < fine) {
                return at;
            }
        }
        return size;
    }

    template <bool Lower>
    static index copy_plain(char const* from, index size, char* to) {
        return each_plain(from, size, [&](index at, typename Vector::bytes const& bytes, index good) {
            Vector::store(to + at, Lower ? Vector::lower(bytes) : bytes);
            return good;
        });
    }

    /// The form of text up to what takes more than a look at single code points.
    template <bool Lower>
    static void map_simple(element::normalization_table const& table, char const* from, index size, char* to,
                           index room, simple_progress& progress) {
        // What one round may write: a block, and a mapping of a code point.
        constexpr index most = word_bits + 64;
        index at = 0, written = 0;
        progress.last_from = -1;
        while (at < size && room - written >= most) {
            auto const block = size - at < room - written - most ? size - at : room - written - most;
            auto const copied = copy_plain<Lower>(from + at, block, to + written);
            at += copied;
            written += copied;
            if (at == size || room - written < most) {
                break;
            }
            auto const here = element::decode(from, at, size);
            auto const entry = table.entries[here.code_point];
            if (!here.well_formed || (entry & element::normalization_table::joins) != 0 ||
                here.code_point == element::capital_sigma) {
                break;
            }
            progress.last_from = at;
            progress.last_to = written;
            auto const changes = (entry & element::normalization_table::changes) != 0;
            auto const length =
                changes ? static_cast<index>(element::normalization_table::length(entry)) : here.length;
            auto const* source = changes ? table.mapping(entry) : from + at;
            if (length <= 4 && (changes || size - at >= 4)) {
                __builtin_memcpy(to + written, source, 4);
            } else {
                for (index i = 0; i < length; ++i) {
                    to[written + i] = source[i];
                }
            }
            written += length;
            at += here.length;
        }
        progress.read = at;
        progress.written = written;
    }

    template <bool Lower>
    static index measure(char const* from, index size) {
        return each_plain(from, size, [&](index, typename Vector::bytes const& bytes, index good) {
            if constexpr (Lower) {
                auto const upper = Vector::different(bytes, Vector::lower(bytes)) & below(good);
                return upper != 0 ? lowest(upper) : good;
            }
            return good;
        });
    }
};

} // namespace newsgpu::cpu
