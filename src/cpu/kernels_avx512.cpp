// How vectors are passed between functions does not matter here: all that take one are compiled for AVX-512,
// or always inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/kernels_avx512.hpp"

#include "cpu/kernel_loops.hpp"
#include "cpu/kernels_avx2.hpp"

#include <immintrin.h>

// Functions alone are compiled for AVX-512, not the file: what is inline and used elsewhere must run
// everywhere.
#define NEWSGPU_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")]]
#define NEWSGPU_INLINE_AVX512                                                                                \
    [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,popcnt"), gnu::always_inline]] inline

namespace newsgpu::cpu {

namespace {

constexpr std::int64_t lanes = 8; ///< numbers of 64 bits in a register

NEWSGPU_INLINE_AVX512 __m512i broadcast(std::uint64_t word) {
    return _mm512_set1_epi64(static_cast<std::int64_t>(word));
}

/// Eight of 32 bits.
NEWSGPU_INLINE_AVX512 __m256i load_eight(void const* from) {
    return _mm256_loadu_si256(static_cast<__m256i const*>(from));
}

/// The same as hash_code_point of eight.
NEWSGPU_INLINE_AVX512 __m512i hash_code_points(__m512i seed, char32_t const* code_points) {
    auto const eight = _mm512_cvtepu32_epi64(load_eight(code_points));
    auto const x = _mm512_mullo_epi64(_mm512_xor_si512(eight, seed), broadcast(element::code_point_factor));
    return _mm512_xor_si512(x, _mm512_srli_epi64(x, 32));
}

/// The same as fold_multiply.
NEWSGPU_INLINE_AVX512 __m512i fold_multiply(__m512i a, __m512i b) {
    constexpr __mmask16 upper_halves = 0xAAAA;
    auto const a_high = _mm512_srli_epi64(a, 32), b_high = _mm512_srli_epi64(b, 32);
    auto const low_low = _mm512_mul_epu32(a, b);
    auto const cross = _mm512_add_epi64(_mm512_mul_epu32(a_high, b), _mm512_srli_epi64(low_low, 32));
    auto const low_cross = _mm512_and_si512(cross, broadcast(0xFFFF'FFFF));
    auto const other_cross = _mm512_add_epi64(_mm512_mul_epu32(a, b_high), low_cross);
    auto const high =
        _mm512_add_epi64(_mm512_add_epi64(_mm512_mul_epu32(a_high, b_high), _mm512_srli_epi64(cross, 32)),
                         _mm512_srli_epi64(other_cross, 32));
    auto const low = _mm512_mask_blend_epi32(upper_halves, low_low, _mm512_slli_epi64(other_cross, 32));
    return _mm512_xor_si512(low, high);
}

/// Hashes eight tokens at a time.
class token_hasher {
public:
    NEWSGPU_INLINE_AVX512 explicit token_hasher(char const* text, element::byte_hasher const& hash)
        : text_{text}, hash_{hash}, low_secret_{broadcast(hash.low_secret())},
          high_secret_{broadcast(hash.high_secret())} {}

    NEWSGPU_INLINE_AVX512 __m512i operator()(std::uint32_t const* starts, std::uint32_t const* ends) const {
        auto const lengths = _mm256_sub_epi32(load_eight(ends), load_eight(starts));
        auto const hashes = hash_short(starts, lengths);
        unsigned const are_long = _mm256_cmpgt_epu32_mask(lengths, _mm256_set1_epi32(16));
        return are_long == 0 ? hashes : replace(hashes, are_long, starts, ends);
    }

private:
    /// Right for those of at most 16 bytes.
    NEWSGPU_INLINE_AVX512 __m512i hash_short(std::uint32_t const* starts, __m256i lengths) const {
        // The lower words of eight tokens, and the upper ones; then what belongs to other tokens goes.
        auto const even = every_other(starts), odd = every_other(starts + 1);
        auto const low = _mm512_unpacklo_epi64(even, odd), high = _mm512_unpackhi_epi64(even, odd);
        auto const length = _mm512_cvtepu32_epi64(lengths);
        auto const bits = _mm512_slli_epi64(length, 3);
        auto const ones = broadcast(~std::uint64_t{0});
        auto const behind_low = _mm512_sllv_epi64(ones, bits);
        auto const in_high = _mm512_srlv_epi64(ones, _mm512_sub_epi64(broadcast(128), bits));
        auto const marked = _mm512_xor_si512(high_secret_, _mm512_slli_epi64(length, 48));
        // What follows from three bits a, b and c stands at place 4 a + 2 b + c.
        constexpr int not_a_and_b_xor_c = 0b10100110, a_and_b_xor_c = 0b01101010;
        return fold_multiply(_mm512_ternarylogic_epi64(behind_low, low, low_secret_, not_a_and_b_xor_c),
                             _mm512_ternarylogic_epi64(in_high, high, marked, a_and_b_xor_c));
    }

    /// The same with the hashes of the tokens that a bit of `where` is set for.
    NEWSGPU_INLINE_AVX512 __m512i replace(__m512i hashes, unsigned where, std::uint32_t const* starts,
                                          std::uint32_t const* ends) const {
        std::uint64_t replaced[lanes];
        _mm512_storeu_si512(replaced, hashes);
        for (; where != 0; where &= where - 1) {
            auto const i = __builtin_ctz(where);
            replaced[i] = kernel_loops::hash_token(text_, starts[i], ends[i], hash_);
        }
        return _mm512_loadu_si512(replaced);
    }

    /// Sixteen bytes each from the first, third, fifth and seventh start on.
    NEWSGPU_INLINE_AVX512 __m512i every_other(std::uint32_t const* starts) const {
        auto const at = [this](std::uint32_t start) {
            return _mm_loadu_si128(reinterpret_cast<__m128i const*>(text_ + start));
        };
        auto four = _mm512_castsi128_si512(at(starts[0]));
        four = _mm512_mask_broadcast_i64x2(four, 0b00'00'11'00, at(starts[2]));
        four = _mm512_mask_broadcast_i64x2(four, 0b00'11'00'00, at(starts[4]));
        return _mm512_mask_broadcast_i64x2(four, 0b11'00'00'00, at(starts[6]));
    }

    char const* text_;
    element::byte_hasher const& hash_;
    __m512i low_secret_, high_secret_;
};

/// The same as identity_summer, eight units at a time.
class identity_summer_avx512 {
public:
    NEWSGPU_INLINE_AVX512 explicit identity_summer_avx512(std::int64_t position) {
        auto const numbers = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
        offsets_ = _mm512_add_epi64(broadcast(element::identity_offset(static_cast<std::uint64_t>(position))),
                                    _mm512_mullo_epi64(numbers, broadcast(element::identity_offset(1))));
    }

    NEWSGPU_INLINE_AVX512 void add(__m512i units) {
        auto const placed = _mm512_xor_si512(units, offsets_);
        products_ = _mm512_add_epi64(products_, _mm512_mul_epu32(placed, _mm512_srli_epi64(placed, 32)));
        placed_ = _mm512_add_epi64(placed_, placed);
        offsets_ = _mm512_add_epi64(offsets_, broadcast(element::identity_offset(lanes)));
    }

    /// Together with those of other units.
    NEWSGPU_INLINE_AVX512 identity_sums sums(identity_sums const& others) const {
        return {others.products + sum(products_), others.placed + sum(placed_)};
    }

private:
    /// Not _mm512_reduce_add_epi64: GCC's adds signed numbers, whose overflow is undefined.
    NEWSGPU_INLINE_AVX512 static std::uint64_t sum(__m512i eight) {
        std::uint64_t numbers[lanes];
        _mm512_storeu_si512(numbers, eight);
        std::uint64_t all = 0;
        for (auto const number : numbers) {
            all += number;
        }
        return all;
    }

    __m512i offsets_, products_ = _mm512_setzero_si512(), placed_ = _mm512_setzero_si512();
};

/// Keeps the lower halves of eight units.
NEWSGPU_INLINE_AVX512 void store_lower_halves(__m512i units, std::uint32_t* to) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi64_epi32(units));
}

NEWSGPU_AVX512 void hash_code_points_avx512(char32_t const* code_points, std::int64_t count,
                                            std::uint64_t seed, std::uint64_t* units) {
    for (std::int64_t i = 0; i < count; i += lanes) {
        _mm512_storeu_si512(units + i, hash_code_points(broadcast(seed), code_points + i));
    }
}

// What is left of eight goes to AVX2, which takes four more together.

NEWSGPU_AVX512 void hash_tokens_avx512(char const* text, std::uint32_t const* starts,
                                       std::uint32_t const* ends, std::int64_t count,
                                       element::byte_hasher const& hash, std::uint64_t* hashes) {
    token_hasher const hash_eight{text, hash};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        _mm512_storeu_si512(hashes + i, hash_eight(starts + i, ends + i));
    }
    avx2_kernels().hash_tokens(text, starts + i, ends + i, count - i, hash, hashes + i);
}

NEWSGPU_AVX512 identity_sums sum_identity_avx512(std::uint64_t const* units, std::int64_t count,
                                                 std::int64_t position) {
    identity_summer_avx512 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        identity.add(_mm512_loadu_si512(units + i));
    }
    return identity.sums(avx2_kernels().sum_identity(units + i, count - i, position + i));
}

NEWSGPU_AVX512 identity_sums identify_code_points_avx512(char32_t const* code_points, std::int64_t count,
                                                         std::uint64_t seed, std::int64_t position,
                                                         std::uint32_t* units) {
    identity_summer_avx512 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        auto const eight = hash_code_points(broadcast(seed), code_points + i);
        identity.add(eight);
        store_lower_halves(eight, units + i);
    }
    return identity.sums(
        avx2_kernels().identify_code_points(code_points + i, count - i, seed, position + i, units + i));
}

NEWSGPU_AVX512 identity_sums identify_tokens_avx512(char const* text, std::uint32_t const* starts,
                                                    std::uint32_t const* ends, std::int64_t count,
                                                    element::byte_hasher const& hash, std::int64_t position,
                                                    std::uint32_t* units) {
    token_hasher const hash_eight{text, hash};
    identity_summer_avx512 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        auto const eight = hash_eight(starts + i, ends + i);
        identity.add(eight);
        store_lower_halves(eight, units + i);
    }
    return identity.sums(
        avx2_kernels().identify_tokens(text, starts + i, ends + i, count - i, hash, position + i, units + i));
}

NEWSGPU_AVX512 void combine_units_avx512(std::uint64_t const* units, std::int64_t count,
                                         std::uint64_t const* multipliers, std::int64_t n,
                                         std::uint64_t* shingles) {
    kernel_loops::combine_units<64>(units, count, multipliers, n, shingles);
}

NEWSGPU_AVX512 void combine_low_units_avx512(std::uint32_t const* units, std::int64_t count,
                                             std::uint32_t const* multipliers, std::int64_t n,
                                             std::uint32_t* shingles) {
    kernel_loops::combine_low_units<64>(units, count, multipliers, n, shingles);
}

NEWSGPU_AVX512 void update_minima_avx512(std::uint32_t const* shingles, std::int64_t count,
                                         std::uint32_t const* multipliers, std::int64_t num_minima,
                                         std::uint32_t* minima) {
    kernel_loops::update_minima<64>(shingles, count, multipliers, num_minima, minima);
}

NEWSGPU_AVX512 void minimum_bytes_avx512(std::uint32_t const* minima, std::int64_t num_minima,
                                         std::uint8_t* bytes) {
    kernel_loops::minimum_bytes<64>(minima, num_minima, bytes);
}

NEWSGPU_AVX512 std::int64_t count_equal_avx512(std::uint8_t const* a, std::uint8_t const* b,
                                               std::int64_t size) {
    std::int64_t equal = 0;
    for (std::int64_t i = 0; i < size; i += 64) {
        auto const left = size - i;
        auto const here = left < 64 ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
        equal += _mm_popcnt_u64(_mm512_mask_cmpeq_epi8_mask(here, _mm512_maskz_loadu_epi8(here, a + i),
                                                            _mm512_maskz_loadu_epi8(here, b + i)));
    }
    return equal;
}

#undef NEWSGPU_AVX512
#undef NEWSGPU_INLINE_AVX512

/// Bits are counted by the word at any level: count_differing is that of AVX2.
kernels make_kernels() {
    auto made = avx2_kernels();
    made.hash_code_points = &hash_code_points_avx512;
    made.hash_tokens = &hash_tokens_avx512;
    made.sum_identity = &sum_identity_avx512;
    made.combine_units = &combine_units_avx512;
    made.identify_code_points = &identify_code_points_avx512;
    made.identify_tokens = &identify_tokens_avx512;
    made.combine_low_units = &combine_low_units_avx512;
    made.update_minima = &update_minima_avx512;
    made.minimum_bytes = &minimum_bytes_avx512;
    made.count_equal = &count_equal_avx512;
    return made;
}

} // namespace

kernels const& avx512_kernels() {
    static kernels const made = make_kernels();
    return made;
}

} // namespace newsgpu::cpu
