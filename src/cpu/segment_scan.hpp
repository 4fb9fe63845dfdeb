#pragma once

#include "cpu/segment_kernel.hpp"
#include "element/utf8.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What the dictionary says of the pairs that begin in 64 code points.
struct found_pairs {
    std::uint64_t words = 0, wins = 0, longer = 0;
};

/// Decoding and look-ups one code point at a time.
template <class Vector>
struct plain_scan {
    static constexpr std::int64_t block = 64;
    /// ASCII behind other text that is worth leaving to the loop for ASCII, in bytes.
    static constexpr std::int64_t worth_leaving = 2 * block;

    /// Decodes text until the window is full, the end, or a long stretch of ASCII behind other text.
    /// Fills codes, classes and leads, with a lead at the document's end, and zeros up to the end of the word
    /// of bits after the last.
    template <class Decoded>
    static Decoded decode(character_tables const& tables, segment_window& window, char const* text,
                          std::int64_t size, std::int64_t begin) {
        return decode_with<plain_scan, Decoded>(tables, window, text, size, begin);
    }

    /// The same with another scan's decode_block.
    template <class Scan, class Decoded>
    static Decoded decode_with(character_tables const& tables, segment_window& window, char const* text,
                               std::int64_t size, std::int64_t begin) {
        std::int64_t count = 0;
        auto at = begin;
        std::int64_t word = 0;
        bool other_seen = false;
        for (; begin + word * block < size && count + block <= window.capacity; ++word) {
            auto const base = begin + word * block;
            auto const last = base + block < size ? base + block : size;
            if (other_seen && last - base == block && size - base >= worth_leaving && is_ascii(text + base) &&
                is_ascii(text + base + block) && at == base) {
                break;
            }
            Scan::decode_block(tables, window, text, size, begin, word, at, last, count, other_seen);
        }
        auto const at_end = at >= size;
        if (at_end) {
            // The document may end where its last word of bits does.
            window.leads[word] = 0;
            window.leads[word + 1] = 0;
            window.leads[(size - begin) / block] |= std::uint64_t{1} << ((size - begin) % block);
        }
        for (auto i = count; i < (count / block + 2) * block; ++i) {
            window.classes[i] = 0;
            window.codes[i] = 0;
        }
        return {count, at_end};
    }

    static bool is_ascii(char const* text) { return Vector::is_ascii(Vector::load(text)); }

    /// Decodes the code points that begin in [at, last).
    static void decode_block(character_tables const& tables, segment_window& window, char const* text,
                             std::int64_t size, std::int64_t begin, std::int64_t word, std::int64_t& at,
                             std::int64_t last, std::int64_t& count, bool& other_seen) {
        std::uint64_t leads = 0;
        auto const base = begin + word * block;
        auto* const codes = window.codes;
        auto* const classes = window.classes;
        auto n = count;
        auto i = at;
        while (i < last) {
            leads |= std::uint64_t{1} << (i - base);
            auto const byte = static_cast<unsigned char>(text[i]);
            if (byte < 0x80) {
                codes[n] = byte;
                classes[n++] = tables.ascii_classes[byte];
                ++i;
                continue;
            }
            other_seen = true;
            auto const here = element::decode(text, i, size);
            auto const c = static_cast<std::uint32_t>(here.code_point);
            codes[n] = static_cast<std::uint16_t>(c < 0x10000 ? c : 0);
            classes[n++] = tables.classes[c];
            i += here.length;
        }
        window.leads[word] = leads;
        count = n;
        at = i;
    }

    /// Finds the places of pairs and asks for them: the table does not fit the L1 cache, and rarely the L2
    /// cache.
    static void locate_pairs(element::dictionary const& dictionary, segment_window& window, std::int64_t word,
                             std::uint64_t pairs) {
        auto const* const codes = window.codes + word * block;
        auto* const places = window.entries + word * block;
        for (; pairs != 0; pairs &= pairs - 1) {
            auto const k = __builtin_ctzll(pairs);
            auto const hash = element::hash_pair(codes[k], codes[k + 1]);
            auto const place = dictionary.pairs.place(hash, hash);
            places[k] = place;
            __builtin_prefetch(dictionary.pairs.slots + place);
        }
    }

    /// Reads located pairs.
    static found_pairs read_pairs(element::dictionary const& dictionary, segment_window& window,
                                  std::int64_t word, std::uint64_t pairs) {
        found_pairs found;
        auto const* const codes = window.codes + word * block;
        auto* const entries = window.entries + word * block;
        for (; pairs != 0; pairs &= pairs - 1) {
            auto const k = __builtin_ctzll(pairs);
            auto const place = entries[k];
            auto const bits = element::dictionary::pair_entry(dictionary.pairs.slots[place], place,
                                                              element::hash_pair(codes[k], codes[k + 1]))
                                  .bits;
            entries[k] = bits;
            found.words |= static_cast<std::uint64_t>((bits & element::dictionary_entry::cost_mask) != 0)
                           << k;
            found.wins |= static_cast<std::uint64_t>((bits & element::dictionary_entry::wins_bit) != 0) << k;
            found.longer |= static_cast<std::uint64_t>(bits >> element::dictionary_entry::node_shift != 0)
                            << k;
        }
        return found;
    }
};

} // namespace newsgpu::cpu
