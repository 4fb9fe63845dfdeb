#pragma once

#if defined(__SSE2__)

#include "cpu/vector_baseline.hpp"

#include <cstdint>
#include <cstring>
#include <emmintrin.h>

namespace newsgpu::cpu {

/// 64 bytes at a time in four registers that every x86-64 has. It has no look-ups of bytes.
struct sse2_vector {
    struct bytes {
        __m128i part[4];
    };

    static inline bytes load(void const* from) {
        auto const* at = static_cast<__m128i const*>(from);
        return {_mm_loadu_si128(at), _mm_loadu_si128(at + 1), _mm_loadu_si128(at + 2),
                _mm_loadu_si128(at + 3)};
    }
    static inline bytes load_part(void const* from, std::int64_t count) {
        alignas(16) std::uint8_t whole[64] = {};
        std::memcpy(whole, from, static_cast<std::size_t>(count));
        return load(whole);
    }
    static inline bytes load_parts(void const* a, void const* b, void const* c, void const* d) {
        auto const part = [](void const* from) { return _mm_loadu_si128(static_cast<__m128i const*>(from)); };
        return {part(a), part(b), part(c), part(d)};
    }
    static inline void store(void* to, bytes const& from) {
        auto* at = static_cast<__m128i*>(to);
        for (int i = 0; i < 4; ++i) {
            _mm_storeu_si128(at + i, from.part[i]);
        }
    }
    static inline bytes lower(bytes const& of) {
        return of_each(of, [](__m128i x) {
            // 'A' becomes the least of signed bytes, and 26 bytes are below the bound.
            auto const moved = _mm_add_epi8(x, _mm_set1_epi8(static_cast<char>(0x80 - 'A')));
            auto const upper = _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + 26)));
            return _mm_or_si128(x, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
        });
    }
    static inline std::uint64_t plane(bytes const& of, int bit) {
        std::uint64_t made = 0;
        for (int i = 0; i < 4; ++i) {
            auto const mask = static_cast<std::uint32_t>(
                _mm_movemask_epi8(_mm_sll_epi16(of.part[i], _mm_cvtsi32_si128(7 - bit))));
            made |= std::uint64_t{mask} << (16 * i);
        }
        return made;
    }
    static inline bool is_ascii(bytes const& of) {
        return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(of.part[0], of.part[1]),
                                              _mm_or_si128(of.part[2], of.part[3]))) == 0;
    }
    /// Which bytes are one of `count` values from `first` on: these become the least of signed bytes.
    static inline std::uint64_t range(bytes const& of, int first, int count) {
        auto const in = of_each(of, [&](__m128i x) {
            return _mm_cmplt_epi8(_mm_sub_epi8(x, _mm_set1_epi8(static_cast<char>(first - 0x80))),
                                  _mm_set1_epi8(static_cast<char>(-128 + count)));
        });
        return plane(in, 7);
    }
    static inline std::uint64_t equal(bytes const& of, int value) {
        auto const same = of_each(
            of, [&](__m128i x) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(static_cast<char>(value))); });
        return plane(same, 7);
    }
    static inline std::uint64_t different(bytes const& a, bytes const& b) {
        bytes same;
        for (int i = 0; i < 4; ++i) {
            same.part[i] = _mm_cmpeq_epi8(a.part[i], b.part[i]);
        }
        return ~plane(same, 7);
    }
    static inline bytes look_up_32(std::uint8_t const* table, bytes const& indices) {
        return look_up_bytes<sse2_vector>(table, indices, 0x1F);
    }
    static inline bytes look_up_128(std::uint8_t const* table, bytes const& indices) {
        return look_up_bytes<sse2_vector>(table, indices, 0x7F);
    }
    static inline bytes look_up(ascii_kinds const& kinds, bytes const& of) {
        return look_up_128(kinds.kind_of, of);
    }
    /// Which bytes have one of `Bits`, or several.
    template <unsigned Bits>
    static inline std::uint64_t any(bytes const& of) {
        auto const none = of_each(of, [](__m128i x) {
            return _mm_cmpeq_epi8(_mm_and_si128(x, _mm_set1_epi8(static_cast<char>(Bits))),
                                  _mm_setzero_si128());
        });
        return ~plane(none, 7);
    }
    static inline std::uint64_t deposit(std::uint64_t from, std::uint64_t places) {
        return deposit_bits(from, places);
    }
    static inline std::int64_t put_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
        return put_bit_positions(bits, base, to);
    }
    static inline void part_pairs(std::uint32_t const* pairs, std::uint32_t* firsts, std::uint32_t* seconds) {
        part_eight_pairs(pairs, firsts, seconds);
    }

private:
    template <class Made>
    static inline bytes of_each(bytes const& of, Made made) {
        return {made(of.part[0]), made(of.part[1]), made(of.part[2]), made(of.part[3])};
    }
};

} // namespace newsgpu::cpu

#endif
