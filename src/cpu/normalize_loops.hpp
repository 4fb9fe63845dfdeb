#pragma once

#include "cpu/bit_planes.hpp"
#include "cpu/segment_kernel.hpp"
#include "element/normalize.hpp"
#include "element/utf8.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// The form of text that single code points decide.
template <class Vector>
struct normalize_loops : bit_planes {
    using bytes = typename Vector::bytes;

    static bytes load_some(char const* from, index size) {
        return size < word_bits ? Vector::load_part(from, size) : Vector::load(from);
    }

    static bool is_ascii(char const* text, index size) {
        word other = 0;
        for (index at = 0; at < size; at += word_bits) {
            other |= Vector::plane(load_some(text + at, size - at), 7);
        }
        return other == 0;
    }

    /// Leads of U+4000 to U+9FFF: two bytes go on, whatever these are.
    static word han_leads(bytes const& of) { return Vector::range(of, 0xE4, 6); }
    static word continuations(bytes const& of) { return Vector::range(of, 0x80, 0x40); }
    /// Leads of three bytes `first`, `second` and one of `count` from `third` on.
    static word leads(bytes const& of, int first, int second, int third, int count) {
        return Vector::equal(of, first) & Vector::equal(of, second) >> 1 &
               Vector::range(of, third, count) >> 2;
    }

    static bool mark_others(char const* text, index size, word* marks) {
        bool any = false;
        // Where a character that begins in one word goes on in the next.
        word carried = 0;
        for (index at = 0, w = 0; at < size; at += word_bits, ++w) {
            auto const left = size - at;
            auto const seen = load_some(text + at, left);
            auto const other = Vector::plane(seen, 7);
            marks[w] = 0;
            if ((other | carried) == 0) {
                continue;
            }
            any = true;
            auto const lead = han_leads(seen), continuation = continuations(seen);
            auto const expected = lead << 1 | lead << 2 | carried;
            marks[w] = (other & ~lead & ~continuation) | (continuation & ~expected);
            carried = (lead >> 63) * 3 | (lead >> 62 & 1);
            // Nothing goes on behind the text.
            bool const cut_off = left <= word_bits && carried != 0;
            if (cut_off || (expected & ~continuation) != 0) {
                // A character is not whole, here or in the word before: look at all of them, and at what goes
                // on behind them.
                carried = 0;
                marks[w] = ~word{0};
                if (w > 0) {
                    marks[w - 1] = ~word{0};
                }
            }
        }
        return any;
    }

    static void copy_lowered(char const* from, index size, char* to) {
        for (index at = 0; at < size; at += word_bits) {
            Vector::store(to + at, Vector::lower(load_some(from + at, size - at)));
        }
    }

    /// What of 64 bytes, which begin a code point, has an easy form.
    struct fine_bytes {
        index count;
        bool last;                       ///< what follows is not easy, or the end
        word full_width_1, full_width_2; ///< leads of U+FF01..FF3F and of U+FF40..FF5E among them
    };

    /// `left` bytes of text begin with `seen`, of which `other` are no ASCII.
    template <bool Narrow>
    static fine_bytes find_fine(bytes const& seen, word other, index left) {
        fine_bytes fine{left < word_bits ? left : word_bits, left <= word_bits, 0, 0};
        if (other == 0) {
            return fine;
        }
        auto const continuation = continuations(seen);
        auto lead = han_leads(seen) | leads(seen, 0xE3, 0x80, 0x81, 17) | leads(seen, 0xE2, 0x80, 0x98, 6);
        if constexpr (Narrow) {
            fine.full_width_1 = leads(seen, 0xEF, 0xBC, 0x81, 63);
            fine.full_width_2 = leads(seen, 0xEF, 0xBD, 0x80, 31);
            lead |= fine.full_width_1 | fine.full_width_2;
        }
        auto const bad =
            (((lead << 1 | lead << 2) ^ continuation) | (other & ~lead & ~continuation)) & below(left);
        if (bad != 0) {
            fine.count = lowest(bad);
            // The last two bytes may begin a sequence of which too little is seen.
            fine.last = fine.last || fine.count < word_bits - 2;
        }
        // A code point that is not whole, here or in the text.
        auto const open = lead & below(fine.count) & ~below(fine.count >= 2 ? fine.count - 2 : 0);
        if (open != 0) {
            fine.count = lowest(open);
        }
        return fine;
    }

    /// Stores the bytes that are fine, full-width forms as ASCII; returns how many are stored. Up to 64 bytes
    /// behind these are written.
    template <bool Lower>
    static index store_narrowed(char* to, bytes const& seen, fine_bytes const& fine, word full_width) {
        if constexpr (requires { &Vector::store_compressed; }) {
            auto const narrow = Vector::subtract(Vector::subtract(seen, fine.full_width_1 << 2, 0x60),
                                                 fine.full_width_2 << 2, 0x20);
            auto const kept = below(fine.count) & ~(full_width | full_width << 1);
            Vector::store_compressed(to, Lower ? Vector::lower(narrow) : narrow, kept);
            return population(kept);
        }
        alignas(64) char whole[2 * word_bits];
        Vector::store(whole, Lower ? Vector::lower(seen) : seen);
        index stored = 0, next = 0;
        for (; full_width != 0; full_width &= full_width - 1) {
            auto const lead = lowest(full_width);
            __builtin_memcpy(to + stored, whole + next, word_bits);
            stored += lead - next;
            auto ascii =
                static_cast<char>(whole[lead + 2] - ((fine.full_width_1 >> lead & 1) != 0 ? 0x60 : 0x20));
            to[stored++] =
                Lower && ascii >= 'A' && ascii <= 'Z' ? static_cast<char>(ascii + ('a' - 'A')) : ascii;
            next = lead + 3;
        }
        __builtin_memcpy(to + stored, whole + next, word_bits);
        return stored + fine.count - next;
    }

    struct copied {
        index read, written;
    };

    /// Copies text up to what is not easy: plain characters as they are, full-width forms of ASCII as ASCII.
    template <bool Lower, bool Narrow>
    static copied copy_fine(char const* from, index size, char* to) {
        index at = 0, written = 0;
        while (at < size) {
            auto const left = size - at;
            auto const seen = load_some(from + at, left);
            auto const fine = find_fine<Narrow>(seen, Vector::plane(seen, 7), left);
            auto const wide = (fine.full_width_1 | fine.full_width_2) & below(fine.count);
            if (Narrow && wide != 0) {
                written += store_narrowed<Lower>(to + written, seen, fine, wide);
            } else {
                Vector::store(to + written, Lower ? Vector::lower(seen) : seen);
                written += fine.count;
            }
            at += fine.count;
            if (fine.last) {
                break;
            }
        }
        return {at, written};
    }

    /// The form of text up to what takes more than a look at single code points.
    template <bool Lower, bool Narrow>
    static void map_simple(element::normalization_table const& table, char const* from, index size, char* to,
                           index room, simple_progress& progress) {
        // What one round may write: a block, and a mapping of a code point.
        constexpr index most = word_bits + 64;
        index at = 0, written = 0;
        progress.last_from = -1;
        while (at < size && room - written >= most) {
            auto const block = size - at < room - written - most ? size - at : room - written - most;
            auto const copied = copy_fine<Lower, Narrow>(from + at, block, to + written);
            at += copied.read;
            written += copied.written;
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

    /// How many bytes stay as they are.
    template <bool Lower>
    static index measure(char const* from, index size) {
        for (index at = 0; at < size;) {
            auto const left = size - at;
            auto const seen = load_some(from + at, left);
            auto const fine = find_fine<false>(seen, Vector::plane(seen, 7), left);
            if constexpr (Lower) {
                auto const upper = Vector::different(seen, Vector::lower(seen)) & below(fine.count);
                if (upper != 0) {
                    return at + lowest(upper);
                }
            }
            at += fine.count;
            if (fine.last) {
                return at;
            }
        }
        return size;
    }
};

} // namespace newsgpu::cpu
