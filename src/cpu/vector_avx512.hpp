#pragma once

#if defined(__AVX512VBMI2__) && defined(__AVX512VBMI__) && defined(__AVX512BW__)

#include "cpu/ascii_kinds.hpp"

#include <cstdint>
#include <immintrin.h>

namespace newsgpu::cpu {

/// 64 bytes at a time in an AVX-512 register.
struct avx512_vector {
    using bytes = __m512i;

    static inline bytes load(void const* from) { return _mm512_loadu_si512(from); }
    static inline bytes load_part(void const* from, std::int64_t count) {
        return _mm512_maskz_loadu_epi8(first(count), from);
    }
    static inline bytes load_parts(void const* a, void const* b, void const* c, void const* d) {
        auto const part = [](void const* from) { return _mm_loadu_si128(static_cast<__m128i const*>(from)); };
        auto const half = [&](void const* first, void const* second) {
            return _mm256_inserti128_si256(_mm256_castsi128_si256(part(first)), part(second), 1);
        };
        return _mm512_inserti64x4(_mm512_castsi256_si512(half(a, b)), half(c, d), 1);
    }
    static inline void store(void* to, bytes from) { _mm512_storeu_si512(to, from); }
    static inline bytes lower(bytes of) {
        auto const upper =
            _mm512_cmplt_epu8_mask(_mm512_sub_epi8(of, _mm512_set1_epi8('A')), _mm512_set1_epi8(26));
        return _mm512_mask_add_epi8(of, upper, of, _mm512_set1_epi8('a' - 'A'));
    }
    static inline std::uint64_t plane(bytes of, int bit) {
        return _mm512_test_epi8_mask(of, _mm512_set1_epi8(static_cast<char>(1 << bit)));
    }
    static inline bool is_ascii(bytes of) { return _mm512_movepi8_mask(of) == 0; }
    static inline bytes subtract(bytes of, std::uint64_t where, int value) {
        return _mm512_mask_sub_epi8(of, where, of, _mm512_set1_epi8(static_cast<char>(value)));
    }
    /// Stores the bytes of `kept` without gaps, and whatever behind them.
    static inline void store_compressed(void* to, bytes from, std::uint64_t kept) {
        store(to, _mm512_maskz_compress_epi8(kept, from));
    }
    static inline std::uint64_t different(bytes a, bytes b) { return _mm512_cmpneq_epi8_mask(a, b); }
    /// Writes `base` + the number of each bit, lowest first; up to 64 numbers are overwritten. Returns how
    /// many bits there are.
    static inline std::int64_t put_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
        alignas(64) static constexpr struct numbers {
            std::uint8_t values[64];
            constexpr numbers() : values{} {
                for (int i = 0; i < 64; ++i) {
                    values[i] = static_cast<std::uint8_t>(i);
                }
            }
        } all;
        auto const count = __builtin_popcountll(bits);
        auto const chosen = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(all.values));
        auto const offset = _mm512_set1_epi32(static_cast<int>(base));
        auto const put = [&](int i, __m128i some) {
            _mm512_storeu_si512(to + i, _mm512_add_epi32(offset, _mm512_cvtepu8_epi32(some)));
        };
        // Words have about twenty edges in a block: a branch at sixteen could not be foretold.
        put(0, _mm512_castsi512_si128(chosen));
        put(16, _mm512_extracti32x4_epi32(chosen, 1));
        if (count > 32) [[unlikely]] {
            put(32, _mm512_extracti32x4_epi32(chosen, 2));
            put(48, _mm512_extracti32x4_epi32(chosen, 3));
        }
        return count;
    }
    static inline bytes look_up_32(std::uint8_t const* table, bytes indices) {
        // A permutation looks at six bits of an index; the marks in bits 5 to 7 have to go.
        auto const index = _mm512_and_si512(indices, _mm512_set1_epi8(0x1F));
        auto const entries = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(table));
        return _mm512_permutexvar_epi8(index, _mm512_castsi256_si512(entries));
    }
    static inline bytes look_up_128(std::uint8_t const* table, bytes indices) {
        return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), indices, _mm512_loadu_si512(table + 64));
    }
    static inline bytes look_up(ascii_kinds const& kinds, bytes of) { return look_up_128(kinds.kind_of, of); }
    /// Which bytes have one of `Bits`, or several.
    template <unsigned Bits>
    static inline std::uint64_t any(bytes of) {
        return _mm512_test_epi8_mask(of, _mm512_set1_epi8(static_cast<char>(Bits)));
    }
    /// The first and the second numbers of eight pairs, apart.
    static inline void part_pairs(std::uint32_t const* pairs, std::uint32_t* firsts, std::uint32_t* seconds) {
        auto const eight = _mm512_loadu_si512(pairs);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(firsts), _mm512_cvtepi64_epi32(eight));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(seconds),
                            _mm512_cvtepi64_epi32(_mm512_srli_epi64(eight, 32)));
    }
    static inline std::uint64_t deposit(std::uint64_t from, std::uint64_t places) {
        return _pdep_u64(from, places);
    }

    /// Which bytes are one of `count` values from `first` on.
    static inline std::uint64_t range(bytes of, int first, int count) {
        return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(of, _mm512_set1_epi8(static_cast<char>(first))),
                                      _mm512_set1_epi8(static_cast<char>(count)));
    }
    static inline std::uint64_t equal(bytes of, int value) {
        return _mm512_cmpeq_epi8_mask(of, _mm512_set1_epi8(static_cast<char>(value)));
    }

    /// A mask of the first `count` of 64.
    static inline std::uint64_t first(std::int64_t count) {
        return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
    }
};

} // namespace newsgpu::cpu

#endif
