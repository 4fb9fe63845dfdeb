#pragma once

#include "cpu/bit_planes.hpp"
#include "cpu/segment_kernel.hpp"
#include "element/dictionary.hpp"
#include "element/segment.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// Runs of Han characters and kana to words, as ICU's dictionary cuts them. `Scan` says how pairs are looked
/// up.
template <class Scan>
struct dictionary_loops : bit_planes {
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
    static void find(element::dictionary const& dictionary, segment_window& window, index num_words) {
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
    static void cut_runs(element::dictionary const& dictionary, segment_window& window, index num_words) {
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
                cut_piece(dictionary, window, w * word_bits + lowest(starts) - 1, next);
            }
        }
    }

    /// The next words of three characters or more, and groups, in order of where they begin.
    struct word_cursor {
        segment_window::long_word const *word, *group;
    };

    /// The cheapest way through the characters from `start` to the next place that nothing crosses.
    static void cut_piece(element::dictionary const& dictionary, segment_window& window, index start,
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
            relax(at - start, dictionary.costs[window.codes[at]], 1);
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
};

} // namespace newsgpu::cpu
