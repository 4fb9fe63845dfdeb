#include "cpu/unit_encoder.hpp"

#include "cpu/unit_loops.hpp"

#include <immintrin.h>

namespace newsgpu::cpu {

namespace {

__m512i load(std::uint16_t const* units, std::int64_t left) {
    return _mm512_maskz_loadu_epi16(_bzhi_u32(~0U, static_cast<unsigned>(left < 32 ? left : 32)), units);
}

utf8_size measure_ucs2(std::uint16_t const* units, std::int64_t count) {
    auto const of = [](int value) { return _mm512_set1_epi16(static_cast<short>(value)); };
    utf8_size size{count, true};
    __mmask32 surrogates = 0;
    for (std::int64_t i = 0; i < count; i += 32) {
        auto const c = load(units + i, count - i);
        size.bytes += _mm_popcnt_u64(std::uint64_t{_mm512_cmpge_epu16_mask(c, of(0x80))} << 32 |
                                     _mm512_cmpge_epu16_mask(c, of(0x800)));
        surrogates |= _mm512_cmplt_epu16_mask(_mm512_sub_epi16(c, of(0xD800)), of(0x800));
    }
    size.is_text = surrogates == 0;
    return size;
}

utf8_size measure_avx512(unit_text text) {
    return text.unit == code_unit::ucs2
               ? measure_ucs2(static_cast<std::uint16_t const*>(text.units), text.size)
               : measure_text(text);
}

__m512i load_16(std::uint8_t const* units, __mmask16 which) {
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(which, units));
}
__m512i load_16(std::uint16_t const* units, __mmask16 which) {
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(which, units));
}
__m512i load_16(std::uint32_t const* units, __mmask16 which) {
    return _mm512_maskz_loadu_epi32(which, units);
}

/// The six bits of `c` from `bit` on as the `byte`-th byte.
template <int Bit, int Byte>
__m512i continuation(__m512i c) {
    auto const mask = _mm512_set1_epi32(0x3F << 8 * Byte);
    constexpr int left = 8 * Byte - Bit;
    if constexpr (left >= 0) {
        return _mm512_and_si512(_mm512_slli_epi32(c, left), mask);
    } else {
        return _mm512_and_si512(_mm512_srli_epi32(c, -left), mask);
    }
}

__m512i joined(__m512i first, __m512i second, __m512i third, std::uint32_t marks) {
    return _mm512_or_si512(_mm512_or_si512(first, second),
                           _mm512_or_si512(third, _mm512_set1_epi32(static_cast<int>(marks))));
}

/// What 16 code points are in UTF-8, each in its lane of four bytes, 0 behind its own.
[[gnu::always_inline]] inline __m512i encoded_lanes(__m512i c) {
    auto const last = continuation<0, 2>(c), second = continuation<6, 1>(c);
    auto lanes = joined(_mm512_srli_epi32(c, 12), second, last, 0x8080E0);
    if (auto const two = _mm512_cmplt_epu32_mask(c, _mm512_set1_epi32(0x800)); two != 0) {
        auto const made =
            joined(_mm512_srli_epi32(c, 6), continuation<0, 1>(c), _mm512_setzero_si512(), 0x80C0);
        lanes = _mm512_mask_mov_epi32(lanes, two, made);
        lanes = _mm512_mask_mov_epi32(lanes, _mm512_cmplt_epu32_mask(c, _mm512_set1_epi32(0x80)), c);
    }
    if (auto const four = _mm512_cmpgt_epu32_mask(c, _mm512_set1_epi32(0xFFFF)); four != 0) {
        auto const back = _mm512_or_si512(continuation<6, 2>(c), continuation<0, 3>(c));
        auto const made = joined(_mm512_srli_epi32(c, 18), continuation<12, 1>(c), back, 0x808080F0);
        lanes = _mm512_mask_mov_epi32(lanes, four, made);
    }
    return lanes;
}

template <class Unit>
void encode_units_avx512(Unit const* units, std::int64_t count, char* to, char const* end) {
    constexpr std::int64_t step = 16;
    for (std::int64_t i = 0; i < count; i += step) {
        auto const left = count - i;
        auto const which =
            static_cast<__mmask16>(_bzhi_u32(0xFFFF, static_cast<unsigned>(left < step ? left : step)));
        auto const c = load_16(units + i, which);
        if (left >= step && _mm512_cmpgt_epu32_mask(c, _mm512_set1_epi32(0x7F)) == 0) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(c));
            to += step;
            continue;
        }
        auto const lanes = encoded_lanes(c);
        // The first byte of every code point is one of its bytes, U+0000 too.
        auto const first_bytes = _pdep_u64(which, 0x1111'1111'1111'1111);
        auto const bytes = _mm512_test_epi8_mask(lanes, lanes) & (first_bytes * 0xF);
        auto const kept = bytes | first_bytes;
        auto const packed = _mm512_maskz_compress_epi8(kept, lanes);
        auto const length = _mm_popcnt_u64(kept);
        if (end - to >= 64) {
            _mm512_storeu_si512(to, packed);
        } else {
            _mm512_mask_storeu_epi8(to, _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(length)), packed);
        }
        to += length;
    }
}

void encode_avx512(unit_text text, char* to, std::int64_t bytes) {
    if (text.unit == code_unit::utf8) {
        __builtin_memcpy(to, text.units, static_cast<std::size_t>(text.size));
        return;
    }
    with_units(text, [&](auto const* units) { encode_units_avx512(units, text.size, to, to + bytes); });
}

} // namespace

constinit unit_encoder const avx512_unit_encoder{&measure_avx512, &encode_avx512};

} // namespace newsgpu::cpu
