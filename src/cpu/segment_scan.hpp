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
    /// Fills codes, classes and leads, with a lead at the document's end.
    template <class Decoded>
    static Decoded decode(segment_tables const& tables, segment_window& window, char const* text, std::int64_t size,
                          std::int64_t begin) {
        std::int64_t count = 0;
        auto at = begin;
        std::int64_t word = 0;
        bool other_seen = false;
        for (; begin + word * block < size && count + block <= window.capacity; ++word) {
            auto const base = begin + word * block;
            auto const last = base + block < size ? base + block : size;
            if (other_seen && last - base == block && size - base >= worth_leaving &&
                is_ascii(text + base) && is_ascii(text + base + block) && at == base) {
                break;
            }
            decode_block(tables, window, text, size, begin, word, at, last, count, other_seen);
        }
        auto const at_end = at >= size;
        if (at_end) {
            // The document may end where its last word of bits does.
            window.leads[word] = 0;
            window.leads[word + 1] = 0;
            window.leads[(size - begin) / block] |= std::uint64_t{1} << ((size - begin) % block);
        }
        return {count, at_end};
    }

    static bool is_ascii(char const* text) { return Vector::plane(Vector::load(text), 7) == 0; }

    /// Decodes the code points that begin in [at, last).
    static void decode_block(segment_tables const& tables, segment_window& window, char const* text, std::int64_t size,
                             std::int64_t begin, std::int64_t word, std::int64_t& at, std::int64_t last,
                             std::int64_t& count, bool& other_seen) {
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

    static found_pairs find_pairs(element::dictionary const& dictionary, segment_window& window, std::int64_t word,
                                  std::uint64_t pairs) {
        found_pairs found;
        for (; pairs != 0; pairs &= pairs - 1) {
            auto const k = __builtin_ctzll(pairs);
            auto const at = word * block + k;
            auto const entry = dictionary.find_pair(window.codes[at], window.codes[at + 1]);
            window.entries[at] = entry.bits;
            found.words |= std::uint64_t{entry.cost() != 0} << k;
            found.wins |= std::uint64_t{entry.wins()} << k;
            found.longer |= std::uint64_t{entry.node() != 0} << k;
        }
        return found;
    }
};

} // namespace newsgpu::cpu
