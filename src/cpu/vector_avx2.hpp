#pragma once

#if defined(__AVX2__) && defined(__BMI2__)

#include "cpu/vector_baseline.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace newsgpu::cpu {

/// 64 bytes at a time in two AVX2 registers.
struct avx2_vector {
    struct bytes {
        __m256i low, high;
    };

    static inline bytes load(void const* from) {
        auto const* at = static_cast<__m256i const*>(from);
        return {_mm256_loadu_si256(at), _mm256_loadu_si256(at + 1)};
    }
    static inline bytes load_part(void const* from, std::int64_t count) {
        alignas(32) std::uint8_t whole[64] = {};
        std::memcpy(whole, from, static_cast<std::size_t>(count));
        return load(whole);
    }
    static inline bytes load_parts(void const* a, void const* b, void const* c, void const* d) {
        auto const half = [](void const* first, void const* second) {
            return _mm256_loadu2_m128i(static_cast<__m128i const*>(second),
                                       static_cast<__m128i const*>(first));
        };
        return {half(a, b), half(c, d)};
    }
    static inline void store(void* to, bytes const& from) {
        auto* at = static_cast<__m256i*>(to);
        _mm256_storeu_si256(at, from.low);
        _mm256_storeu_si256(at + 1, from.high);
    }
    static inline bytes lower(bytes const& of) {
        auto const half = [](__m256i x) {
            // 'A' becomes the least of signed bytes, and 26 bytes are below the bound.
            auto const moved = _mm256_add_epi8(x, _mm256_set1_epi8(static_cast<char>(0x80 - 'A')));
            auto const upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(-128 + 26)), moved);
            return _mm256_or_si256(x, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
        };
        return {half(of.low), half(of.high)};
    }
    static inline std::uint64_t plane(bytes const& of, int bit) {
        auto const half = [bit](__m256i x) {
            return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_slli_epi16(x, 7 - bit)));
        };
        return half(of.low) | std::uint64_t{half(of.high)} << 32;
    }
    static inline bool is_ascii(bytes const& of) {
        return _mm256_movemask_epi8(_mm256_or_si256(of.low, of.high)) == 0;
    }
    /// Which bytes are one of `count` values from `first` on: these become the least of signed bytes.
    static inline std::uint64_t range(bytes const& of, int first, int count) {
        auto const half = [&](__m256i x) {
            return _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(-128 + count)),
                                     _mm256_sub_epi8(x, _mm256_set1_epi8(static_cast<char>(first - 0x80))));
        };
        return plane({half(of.low), half(of.high)}, 7);
    }
    static inline std::uint64_t equal(bytes const& of, int value) {
        auto const wanted = _mm256_set1_epi8(static_cast<char>(value));
        return plane({_mm256_cmpeq_epi8(of.low, wanted), _mm256_cmpeq_epi8(of.high, wanted)}, 7);
    }
    static inline std::uint64_t different(bytes const& a, bytes const& b) {
        return ~plane({_mm256_cmpeq_epi8(a.low, b.low), _mm256_cmpeq_epi8(a.high, b.high)}, 7);
    }
    /// Writes `base` + the number of each bit, lowest first; up to 64 numbers are overwritten. Returns how
    /// many bits there are. Eight bits at a time, by table: how many of them are set is hard to foretell.
    static inline std::int64_t put_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
        auto* at = to;
        auto offset = _mm256_set1_epi32(static_cast<int>(base));
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) {
            auto const byte = bits & 0xFF;
            auto const positions = _mm256_cvtepu8_epi32(
                _mm_loadl_epi64(reinterpret_cast<__m128i const*>(positions_of_byte.data() + 8 * byte)));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), _mm256_add_epi32(offset, positions));
            at += __builtin_popcountll(byte);
            offset = _mm256_add_epi32(offset, _mm256_set1_epi32(8));
            asm("" : "+x"(offset)); // compilers add to `base`, and then have to bring it into a register
            bits >>= 8;
        }
        return at - to;
    }
    static inline bytes look_up_32(std::uint8_t const* table, bytes const& indices) {
        auto const first = part(table, 0), second = part(table, 1);
        auto const half = [&](__m256i x) {
            x = _mm256_and_si256(x, _mm256_set1_epi8(0x1F));
            return _mm256_blendv_epi8(_mm256_shuffle_epi8(first, x), _mm256_shuffle_epi8(second, x),
                                      _mm256_slli_epi16(x, 3));
        };
        return {half(indices.low), half(indices.high)};
    }
    static inline bytes look_up_128(std::uint8_t const* table, bytes const& indices) {
        auto const half = [table](__m256i x) {
            // A shuffle looks at the lowest four bits; the three above choose among eight of them, where a
            // blend looks at the highest bit of each byte.
            __m256i found[8];
            for (int k = 0; k < 8; ++k) {
                found[k] = _mm256_shuffle_epi8(part(table, k), x);
            }
            for (int left = 4, shift = 3; left > 0; left /= 2, --shift) {
                auto const chosen = _mm256_slli_epi16(x, shift);
                for (int k = 0; k < left; ++k) {
                    found[k] = _mm256_blendv_epi8(found[2 * k], found[2 * k + 1], chosen);
                }
            }
            return found[0];
        };
        return {half(indices.low), half(indices.high)};
    }
    static inline bytes look_up(ascii_kinds const& kinds, bytes const& of) {
        // A shuffle takes the lowest four bits of a byte, and 0 if its highest is set.
        auto const columns = part(kinds.columns, 0), rows = part(kinds.rows, 0);
        auto const half = [&](__m256i x) {
            auto const row = _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(7));
            return _mm256_and_si256(_mm256_shuffle_epi8(columns, x), _mm256_shuffle_epi8(rows, row));
        };
        return {half(of.low), half(of.high)};
    }
    /// Which bytes have one of `Bits`, or several.
    template <unsigned Bits>
    static inline std::uint64_t any(bytes const& of) {
        constexpr auto lowest = Bits & (0U - Bits);
        if constexpr (Bits == lowest) {
            constexpr int bit = std::countr_zero(Bits);
            return plane(of, bit);
        } else if constexpr (Bits + lowest == 0x100) {
            // All from `lowest` up: what the sum of one of them and the least that makes it 0x80 has.
            auto const half = [](__m256i x) {
                return _mm256_adds_epu8(x, _mm256_set1_epi8(static_cast<char>(0x80 - lowest)));
            };
            return plane({half(of.low), half(of.high)}, 7);
        } else {
            static_assert(Bits < 0x80, "a byte is compared as a number with a sign");
            auto const half = [](__m256i x) {
                return _mm256_cmpgt_epi8(_mm256_and_si256(x, _mm256_set1_epi8(Bits)), _mm256_setzero_si256());
            };
            return plane({half(of.low), half(of.high)}, 7);
        }
    }
    /// The first and the second numbers of eight pairs, apart.
    static inline void part_pairs(std::uint32_t const* pairs, std::uint32_t* firsts, std::uint32_t* seconds) {
        auto const four = [pairs](int i) {
            return _mm256_castsi256_ps(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(pairs + 2 * i)));
        };
        // Each half of a register by itself, and then the middle quarters change places.
        auto const put = [](std::uint32_t* to, __m256 parted) {
            constexpr int middle_turned = 0b11'01'10'00;
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                                _mm256_permute4x64_epi64(_mm256_castps_si256(parted), middle_turned));
        };
        constexpr int evens = 0b10'00'10'00, odds = 0b11'01'11'01;
        put(firsts, _mm256_shuffle_ps(four(0), four(4), evens));
        put(seconds, _mm256_shuffle_ps(four(0), four(4), odds));
    }
    static inline std::uint64_t deposit(std::uint64_t from, std::uint64_t places) {
        return _pdep_u64(from, places);
    }

private:
    /// [byte * 8]: the numbers of its bits, lowest first.
    static constexpr auto positions_of_byte = [] {
        std::array<std::uint8_t, 256 * 8> made{};
        for (unsigned byte = 0; byte < 256; ++byte) {
            for (unsigned bit = 0, count = 0; bit < 8; ++bit) {
                if ((byte >> bit & 1) != 0) {
                    made[8 * byte + count++] = static_cast<std::uint8_t>(bit);
                }
            }
        }
        return made;
    }();

    static inline __m256i part(std::uint8_t const* table, int k) {
        return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<__m128i const*>(table + 16 * k)));
    }
};

} // namespace newsgpu::cpu

#endif
