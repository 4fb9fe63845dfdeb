// How vectors are passed between functions does not matter here: all that take one are compiled for AVX2, or
// always inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/kernels_avx2.hpp"

#include "cpu/kernel_loops.hpp"

#include <immintrin.h>

// Functions alone are compiled for AVX2, not the file: what is inline and used elsewhere must run everywhere.
#define NEWSGPU_AVX2 [[gnu::target("avx2")]]
#define NEWSGPU_INLINE_AVX2 [[gnu::target("avx2"), gnu::always_inline]] inline

namespace newsgpu::cpu {

namespace {

constexpr std::int64_t lanes = 4; ///< numbers of 64 bits in a register

NEWSGPU_INLINE_AVX2 __m256i broadcast(std::uint64_t word) {
    return _mm256_set1_epi64x(static_cast<std::int64_t>(word));
}

NEWSGPU_INLINE_AVX2 __m256i load(void const* from) {
    return _mm256_loadu_si256(static_cast<__m256i const*>(from));
}

/// The lower halves from `low`, the upper ones from `high`.
NEWSGPU_INLINE_AVX2 __m256i join_halves(__m256i low, __m256i high) {
    constexpr int upper_halves = 0b10101010;
    return _mm256_blend_epi32(low, high, upper_halves);
}

/// A sum of products of 64 bits in two parts: AVX2 multiplies 32 bits by 32.
struct split_products {
    __m256i low{}; ///< the lower halves by each other
    /// Both products of a lower and an upper half, side by side: they count 2^32 fold, so 32 bits are enough.
    __m256i cross{};

    NEWSGPU_INLINE_AVX2 void add(__m256i words, __m256i factor) {
        constexpr int swapped_halves = 0b10110001;
        auto const turned = _mm256_shuffle_epi32(factor, swapped_halves);
        low = _mm256_add_epi64(low, _mm256_mul_epu32(words, factor));
        cross = _mm256_add_epi32(cross, _mm256_mullo_epi32(words, turned));
    }
    NEWSGPU_INLINE_AVX2 __m256i sum() const {
        auto const both = _mm256_add_epi32(cross, _mm256_slli_epi64(cross, 32));
        return _mm256_add_epi32(low, join_halves(_mm256_setzero_si256(), both));
    }
};

/// The same as finish_shingle: its arithmetic with intrinsics, as clang passes no vectors between instruction
/// sets.
NEWSGPU_INLINE_AVX2 __m256i finish_shingles(__m256i sums) {
    auto const factor = _mm256_set1_epi32(static_cast<std::int32_t>(element::low_shingle_factor));
    auto const mixed = _mm256_mullo_epi32(_mm256_xor_si256(sums, _mm256_srli_epi32(sums, 16)), factor);
    return join_halves(_mm256_xor_si256(mixed, _mm256_srli_epi32(mixed, 15)), sums);
}

/// The same as hash_code_point of four.
NEWSGPU_INLINE_AVX2 __m256i hash_code_points(__m256i seed, char32_t const* code_points) {
    auto const four = _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<__m128i const*>(code_points)));
    split_products product;
    product.add(_mm256_xor_si256(four, seed), broadcast(element::code_point_factor));
    auto const x = product.sum();
    return _mm256_xor_si256(x, _mm256_srli_epi64(x, 32));
}

/// The same as fold_multiply.
NEWSGPU_INLINE_AVX2 __m256i fold_multiply(__m256i a, __m256i b) {
    auto const a_high = _mm256_srli_epi64(a, 32), b_high = _mm256_srli_epi64(b, 32);
    auto const low_low = _mm256_mul_epu32(a, b);
    auto const cross = _mm256_add_epi64(_mm256_mul_epu32(a_high, b), _mm256_srli_epi64(low_low, 32));
    auto const low_cross = join_halves(cross, _mm256_setzero_si256());
    auto const other_cross = _mm256_add_epi64(_mm256_mul_epu32(a, b_high), low_cross);
    auto const high =
        _mm256_add_epi64(_mm256_add_epi64(_mm256_mul_epu32(a_high, b_high), _mm256_srli_epi64(cross, 32)),
                         _mm256_srli_epi64(other_cross, 32));
    return _mm256_xor_si256(join_halves(low_low, _mm256_slli_epi64(other_cross, 32)), high);
}

/// Hashes four tokens at a time.
class token_hasher {
public:
    NEWSGPU_INLINE_AVX2 explicit token_hasher(char const* text, element::byte_hasher const& hash)
        : text_{text}, hash_{hash}, low_secret_{broadcast(hash.low_secret())},
          high_secret_{broadcast(hash.high_secret())} {}

    NEWSGPU_INLINE_AVX2 __m256i operator()(std::uint32_t const* starts, std::uint32_t const* ends) const {
        auto const four = [](std::uint32_t const* from) {
            return _mm_loadu_si128(reinterpret_cast<__m128i const*>(from));
        };
        auto const lengths = _mm_sub_epi32(four(ends), four(starts));
        auto const short_lengths = _mm_min_epu32(lengths, _mm_set1_epi32(16));
        if (_mm_movemask_epi8(_mm_cmpeq_epi32(lengths, short_lengths)) != 0xFFFF) [[unlikely]] {
            std::uint64_t hashes[lanes];
            kernel_loops::hash_tokens(text_, starts, ends, lanes, hash_, hashes);
            return load(hashes);
        }
        // The lower words of four tokens, and the upper ones; then what belongs to other tokens goes.
        auto const first_third = both(starts[0], starts[2]), second_fourth = both(starts[1], starts[3]);
        auto low = _mm256_unpacklo_epi64(first_third, second_fourth);
        auto high = _mm256_unpackhi_epi64(first_third, second_fourth);
        auto const length = _mm256_cvtepu32_epi64(lengths);
        auto const bits = _mm256_slli_epi64(length, 3);
        auto const ones = broadcast(~std::uint64_t{0});
        low = _mm256_andnot_si256(_mm256_sllv_epi64(ones, bits), low);
        high = _mm256_and_si256(_mm256_srlv_epi64(ones, _mm256_sub_epi64(broadcast(128), bits)), high);
        auto const marked = _mm256_xor_si256(high_secret_, _mm256_slli_epi64(length, 48));
        return fold_multiply(_mm256_xor_si256(low, low_secret_), _mm256_xor_si256(high, marked));
    }

private:
    NEWSGPU_INLINE_AVX2 __m256i both(std::uint32_t lower, std::uint32_t upper) const {
        auto const at = [](char const* from) {
            return _mm_loadu_si128(reinterpret_cast<__m128i const*>(from));
        };
        return _mm256_inserti128_si256(_mm256_castsi128_si256(at(text_ + lower)), at(text_ + upper), 1);
    }

    char const* text_;
    element::byte_hasher const& hash_;
    __m256i low_secret_, high_secret_;
};

/// The same as identity_summer, four units at a time.
class identity_summer_avx2 {
public:
    NEWSGPU_INLINE_AVX2 explicit identity_summer_avx2(std::int64_t position) {
        constexpr auto offset = [](std::uint64_t units_before) {
            return static_cast<std::int64_t>(element::identity_offset(units_before));
        };
        auto const first = broadcast(element::identity_offset(static_cast<std::uint64_t>(position)));
        offsets_ = _mm256_add_epi64(first, _mm256_setr_epi64x(offset(0), offset(1), offset(2), offset(3)));
    }

    NEWSGPU_INLINE_AVX2 void add(__m256i units) {
        auto const placed = _mm256_xor_si256(units, offsets_);
        products_ = _mm256_add_epi64(products_, _mm256_mul_epu32(placed, _mm256_srli_epi64(placed, 32)));
        placed_ = _mm256_add_epi64(placed_, placed);
        offsets_ = _mm256_add_epi64(offsets_, broadcast(element::identity_offset(lanes)));
    }

    /// Together with those of other units.
    NEWSGPU_INLINE_AVX2 identity_sums sums(identity_sums const& others) const {
        return {others.products + sum(products_), others.placed + sum(placed_)};
    }

private:
    NEWSGPU_INLINE_AVX2 static std::uint64_t sum(__m256i four) {
        auto const two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
        return static_cast<std::uint64_t>(_mm_cvtsi128_si64(two)) +
               static_cast<std::uint64_t>(_mm_extract_epi64(two, 1));
    }

    __m256i offsets_, products_{}, placed_{};
};

/// Keeps the lower halves of four units.
NEWSGPU_INLINE_AVX2 void store_lower_halves(__m256i units, std::uint32_t* to) {
    auto const even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(units, even)));
}

NEWSGPU_AVX2 void hash_code_points_avx2(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                                        std::uint64_t* units) {
    for (std::int64_t i = 0; i < count; i += lanes) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(units + i),
                            hash_code_points(broadcast(seed), code_points + i));
    }
}

NEWSGPU_AVX2 void hash_tokens_avx2(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                                   std::int64_t count, element::byte_hasher const& hash,
                                   std::uint64_t* hashes) {
    token_hasher const hash_four{text, hash};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(hashes + i), hash_four(starts + i, ends + i));
    }
    kernel_loops::hash_tokens(text, starts + i, ends + i, count - i, hash, hashes + i);
}

NEWSGPU_AVX2 identity_sums sum_identity_avx2(std::uint64_t const* units, std::int64_t count,
                                             std::int64_t position) {
    identity_summer_avx2 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        identity.add(load(units + i));
    }
    return identity.sums(kernel_loops::sum_identity(units + i, count - i, position + i));
}

NEWSGPU_AVX2 identity_sums identify_code_points_avx2(char32_t const* code_points, std::int64_t count,
                                                     std::uint64_t seed, std::int64_t position,
                                                     std::uint32_t* units) {
    identity_summer_avx2 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        auto const four = hash_code_points(broadcast(seed), code_points + i);
        identity.add(four);
        store_lower_halves(four, units + i);
    }
    return identity.sums(
        kernel_loops::identify_code_points(code_points + i, count - i, seed, position + i, units + i));
}

NEWSGPU_AVX2 identity_sums identify_tokens_avx2(char const* text, std::uint32_t const* starts,
                                                std::uint32_t const* ends, std::int64_t count,
                                                element::byte_hasher const& hash, std::int64_t position,
                                                std::uint32_t* units) {
    token_hasher const hash_four{text, hash};
    identity_summer_avx2 identity{position};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        auto const four = hash_four(starts + i, ends + i);
        identity.add(four);
        store_lower_halves(four, units + i);
    }
    return identity.sums(
        kernel_loops::identify_tokens(text, starts + i, ends + i, count - i, hash, position + i, units + i));
}

NEWSGPU_AVX2 void combine_units_avx2(std::uint64_t const* units, std::int64_t count,
                                     std::uint64_t const* multipliers, std::int64_t n,
                                     std::uint64_t* shingles) {
    constexpr std::int64_t registers = 4;
    static_assert(registers * lanes <= kernel_padding);
    for (std::int64_t i = 0; i < count; i += registers * lanes) {
        split_products sums[registers];
        for (std::int64_t j = 0; j < n; ++j) {
            auto const multiplier = broadcast(multipliers[j]);
#pragma GCC unroll 4
            for (std::int64_t r = 0; r < registers; ++r) {
                sums[r].add(load(units + i + j + r * lanes), multiplier);
            }
        }
#pragma GCC unroll 4
        for (std::int64_t r = 0; r < registers; ++r) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(shingles + i + r * lanes),
                                finish_shingles(sums[r].sum()));
        }
    }
}

NEWSGPU_AVX2 void combine_low_units_avx2(std::uint32_t const* units, std::int64_t count,
                                         std::uint32_t const* multipliers, std::int64_t n,
                                         std::uint32_t* shingles) {
    kernel_loops::combine_low_units<32>(units, count, multipliers, n, shingles);
}

NEWSGPU_AVX2 void update_minima_avx2(std::uint32_t const* shingles, std::int64_t count,
                                     std::uint32_t const* multipliers, std::int64_t num_minima,
                                     std::uint32_t* minima) {
    kernel_loops::update_minima<32>(shingles, count, multipliers, num_minima, minima);
}

/// The same as low_byte_of_minimum, likewise.
NEWSGPU_INLINE_AVX2 __m256i low_bytes_of_minima(std::uint32_t const* minima) {
    auto const eight = load(minima);
    auto const mixed = _mm256_xor_si256(eight, _mm256_srli_epi32(eight, 15));
    auto const factor = _mm256_set1_epi32(static_cast<std::int32_t>(element::minimum_factor));
    return _mm256_srli_epi32(_mm256_mullo_epi32(mixed, factor), 24);
}

NEWSGPU_AVX2 void minimum_bytes_avx2(std::uint32_t const* minima, std::int64_t num_minima,
                                     std::uint8_t* bytes) {
    constexpr std::int64_t a_register = 8;
    for (std::int64_t k = 0; k < num_minima; k += 2 * a_register) {
        // Packing takes the halves of both registers in turn.
        constexpr int first_second_in_turn = 0b11'01'10'00;
        auto const pairs =
            _mm256_permute4x64_epi64(_mm256_packus_epi32(low_bytes_of_minima(minima + k),
                                                         low_bytes_of_minima(minima + k + a_register)),
                                     first_second_in_turn);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + k),
                         _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1)));
    }
}

[[gnu::target("popcnt")]] std::int64_t count_differing_popcnt(std::uint64_t const* a, std::uint64_t const* b,
                                                              std::int64_t num_words) {
    return kernel_loops::count_differing(a, b, num_words);
}

#undef NEWSGPU_AVX2
#undef NEWSGPU_INLINE_AVX2

constexpr kernels made{
    .hash_code_points = &hash_code_points_avx2,
    .hash_tokens = &hash_tokens_avx2,
    .sum_identity = &sum_identity_avx2,
    .combine_units = &combine_units_avx2,
    .identify_code_points = &identify_code_points_avx2,
    .identify_tokens = &identify_tokens_avx2,
    .combine_low_units = &combine_low_units_avx2,
    .update_minima = &update_minima_avx2,
    .minimum_bytes = &minimum_bytes_avx2,
    .count_differing = &count_differing_popcnt,
    .count_equal = &kernel_loops::count_equal,
};

} // namespace

kernels const& avx2_kernels() {
    return made;
}

} // namespace newsgpu::cpu
