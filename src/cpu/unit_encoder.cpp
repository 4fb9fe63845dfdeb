#include "cpu/unit_encoder.hpp"

#include <newsgpu/error.hpp>

#include "cpu/unit_loops.hpp"
#include "element/utf8.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace newsgpu::cpu {

namespace {

/// Units looked at together: news is long runs of ASCII or of ideographs, with others strewn in.
constexpr int run_length = 8;

template <class Unit>
bool is_ascii_run(Unit const* units) {
    std::uint32_t bits = 0;
    for (int i = 0; i < run_length; ++i) {
        bits |= units[i];
    }
    return bits < 0x80;
}

/// Whether each unit becomes three bytes.
template <class Unit>
bool is_three_byte_run(Unit const* units) {
    unsigned outside = 0;
    for (int i = 0; i < run_length; ++i) {
        std::uint32_t const c = units[i];
        outside |= static_cast<unsigned>(c < 0x800) | static_cast<unsigned>(c > 0xFFFF);
    }
    return outside == 0;
}

template <class Unit>
void encode_units(Unit const* units, std::int64_t count, char* to) {
    std::int64_t i = 0;
    while (i < count) {
        for (; count - i >= run_length && is_ascii_run(units + i); i += run_length) {
            for (int k = 0; k < run_length; ++k) {
                to[k] = static_cast<char>(units[i + k]);
            }
            to += run_length;
        }
        if constexpr (sizeof(Unit) > 1) {
            for (; count - i >= run_length && is_three_byte_run(units + i); i += run_length) {
                for (int k = 0; k < run_length; ++k) {
                    std::uint32_t const c = units[i + k];
                    to[3 * k] = static_cast<char>(0xE0 | c >> 12);
                    to[3 * k + 1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
                    to[3 * k + 2] = static_cast<char>(0x80 | (c & 0x3F));
                }
                to += 3 * run_length;
            }
        }
        for (auto const end = std::min(i + run_length, count); i < end; ++i) {
            to += element::encode(units[i], to);
        }
    }
}

void encode(unit_text text, char* to, std::int64_t) {
    if (text.unit == code_unit::utf8) {
        std::copy_n(static_cast<char const*>(text.units), text.size, to);
        return;
    }
    with_units(text, [&](auto const* units) { encode_units(units, text.size, to); });
}

utf8_size measure(unit_text text) {
    return measure_text(text);
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] utf8_size measure_avx2(unit_text text) {
    return measure_text(text);
}

/// Moves what is used of four lanes of four bytes together: bit i of the index says whether lane i has a
/// second byte, bit 4 + i whether it has a third.
constexpr auto packing = [] {
    std::array<std::array<std::uint8_t, 16>, 256> made{};
    for (unsigned index = 0; index < made.size(); ++index) {
        std::size_t at = 0;
        for (unsigned lane = 0; lane < 4; ++lane) {
            auto const length = 1 + (index >> lane & 1) + (index >> (4 + lane) & 1);
            for (unsigned byte = 0; byte < length; ++byte) {
                made[index][at++] = static_cast<std::uint8_t>(4 * lane + byte);
            }
        }
    }
    return made;
}();

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i words_of(int value) {
    return _mm256_set1_epi32(value);
}

/// What eight code points below 0x10000 are in UTF-8, each in its lane of four bytes.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i encoded_lanes(__m256i c, __m256i has_two,
                                                                         __m256i has_three) {
    auto const last = _mm256_and_si256(c, words_of(0x3F));
    auto const two = _mm256_or_si256(_mm256_or_si256(_mm256_srli_epi32(c, 6), _mm256_slli_epi32(last, 8)),
                                     words_of(0x80C0));
    auto const middle = _mm256_and_si256(_mm256_slli_epi32(c, 2), words_of(0x3F00));
    auto const three = _mm256_or_si256(_mm256_or_si256(_mm256_srli_epi32(c, 12), middle),
                                       _mm256_or_si256(_mm256_slli_epi32(last, 16), words_of(0x8080E0)));
    return _mm256_blendv_epi8(_mm256_blendv_epi8(c, two, has_two), three, has_three);
}

/// Writes four lanes, up to sixteen bytes; returns the end of those that count.
[[gnu::target("avx2"), gnu::always_inline]] inline char* write_packed(__m128i lanes, unsigned index,
                                                                      char* to) {
    auto const order = _mm_loadu_si128(reinterpret_cast<__m128i const*>(packing[index].data()));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_shuffle_epi8(lanes, order));
    return to + 4 + std::popcount(index);
}

[[gnu::target("avx2,popcnt")]] void encode_ucs2_avx2(std::uint16_t const* units, std::int64_t count, char* to,
                                                     char const* end) {
    constexpr std::int64_t step = 8, most_bytes = 3 * step, overwritten = 4;
    std::int64_t i = 0;
    for (; count - i >= step && end - to >= most_bytes + overwritten; i += step) {
        auto const eight = _mm_loadu_si128(reinterpret_cast<__m128i const*>(units + i));
        auto const c = _mm256_cvtepu16_epi32(eight);
        auto const has_two = _mm256_cmpgt_epi32(c, words_of(0x7F));
        auto const twos = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(has_two)));
        if (twos == 0) {
            // English text in units of two bytes is mostly ASCII, with a dash or quotation mark now and then.
            _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(eight, eight));
            to += step;
            continue;
        }
        auto const has_three = _mm256_cmpgt_epi32(c, words_of(0x7FF));
        auto const threes = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(has_three)));
        auto const lanes = encoded_lanes(c, has_two, has_three);
        to = write_packed(_mm256_castsi256_si128(lanes), (twos & 0xF) | (threes & 0xF) << 4, to);
        to = write_packed(_mm256_extracti128_si256(lanes, 1), twos >> 4 | (threes & 0xF0), to);
    }
    encode_units(units + i, count - i, to);
}

void encode_avx2(unit_text text, char* to, std::int64_t bytes) {
    if (text.unit == code_unit::ucs2) {
        encode_ucs2_avx2(static_cast<std::uint16_t const*>(text.units), text.size, to, to + bytes);
    } else {
        encode(text, to, bytes);
    }
}

#endif

} // namespace

unit_encoder const& unit_encoder_of([[maybe_unused]] simd_level level) {
    static constexpr unit_encoder plain{&measure, &encode};
#if defined(__x86_64__)
    static constexpr unit_encoder avx2{&measure_avx2, &encode_avx2};
    switch (level) {
    case simd_level::avx512:
        return avx512_unit_encoder;
    case simd_level::avx2:
        return avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return plain;
}

void throw_no_text(unit_text text, std::int64_t index) {
    auto const character = with_units(text, [&](auto const* units) {
        return std::find_if_not(units, units + text.size, [](auto unit) { return is_code_point(unit); }) -
               units;
    });
    throw invalid_input{"texts[" + std::to_string(index) + "] holds a lone surrogate at character " +
                        std::to_string(character) + ", which is no Unicode text"};
}

} // namespace newsgpu::cpu
