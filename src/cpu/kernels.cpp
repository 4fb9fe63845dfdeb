// How vectors are passed between functions does not matter here: every function that takes one is always
// inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/kernels.hpp"

#include "cpu/simd.hpp"
#include "element/minhash.hpp"
#include "element/shingle.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace newsgpu::cpu {

namespace {

identity_sums sum_identity(std::uint64_t const* units, std::int64_t count, std::int64_t position) {
    identity_sums sums{0, 0};
    auto offset = element::identity_offset(static_cast<std::uint64_t>(position));
    for (std::int64_t i = 0; i < count; ++i) {
        auto const placed = element::place_unit(units[i], offset);
        sums.products += element::identity_product(placed);
        sums.placed += placed;
        offset += element::identity_offset(1);
    }
    return sums;
}

// Each loop is written once for registers of `Bytes` bytes; always inlined, so that it takes on the
// instruction set of the function around it.

template <int Bytes>
[[gnu::always_inline]] inline void combine_units(std::uint64_t const* units, std::int64_t count,
                                                 std::uint64_t const* multipliers, std::int64_t n,
                                                 std::uint64_t* shingles) {
    using words = simd<std::uint64_t, Bytes>;
    static_assert(words::size <= kernel_padding);
    for (std::int64_t i = 0; i < count; i += words::size) {
        auto sum = words::load(units + i) * multipliers[0];
        for (std::int64_t j = 1; j < n; ++j) {
            sum += words::load(units + i + j) * multipliers[j];
        }
        words::store(element::finish_shingle(sum), shingles + i);
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void hash_code_points(char32_t const* code_points, std::int64_t count,
                                                    std::uint64_t seed, std::uint64_t* units) {
    for (std::int64_t i = 0; i < count; ++i) {
        units[i] = element::hash_code_point(seed, static_cast<std::uint64_t>(code_points[i]));
    }
}

void hash_tokens(char const* text, std::uint32_t const* starts, std::uint32_t const* ends, std::int64_t count,
                 element::byte_hasher const& hash, std::uint64_t* hashes) {
    for (std::int64_t i = 0; i < count; ++i) {
        auto const length = ends[i] - starts[i];
        hashes[i] =
            length <= 16 ? hash.short_text(text + starts[i], length) : hash({text + starts[i], length});
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void minimum_bytes(std::uint32_t const* minima, std::int64_t num_minima,
                                                 std::uint8_t* bytes) {
    using words = simd<std::uint32_t, Bytes>;
    using packed = simd<std::uint8_t, Bytes / 4>;
    for (std::int64_t k = 0; k < num_minima; k += words::size) {
        packed::store(__builtin_convertvector(element::low_byte_of_minimum(words::load(minima + k)),
                                              typename packed::vector),
                      bytes + k);
    }
}

/// `Groups` registers of minima stay in registers over all shingles.
template <int Bytes, int Groups>
[[gnu::always_inline]] inline void update_some_minima(std::uint64_t const* shingles, std::int64_t count,
                                                      std::uint32_t const* multipliers,
                                                      std::uint32_t* minima) {
    using words = simd<std::uint32_t, Bytes>;
    typename words::vector least[Groups], multiplier[Groups];
    for (int g = 0; g < Groups; ++g) {
        least[g] = words::load(minima + words::size * g);
        multiplier[g] = words::load(multipliers + words::size * g);
    }
    auto const lesser = [](auto a, auto b) __attribute__((always_inline)) { return a < b ? a : b; };
    auto const value = [&](int g, std::uint64_t shingle) __attribute__((always_inline)) {
        return static_cast<std::uint32_t>(shingle) * multiplier[g];
    };
    std::int64_t i = 0;
    // Two at a time: multipliers that find no register are loaded half as often.
    for (; i + 2 <= count; i += 2) {
#pragma GCC unroll 8
        for (int g = 0; g < Groups; ++g) {
            least[g] = lesser(least[g], lesser(value(g, shingles[i]), value(g, shingles[i + 1])));
        }
    }
    if (i < count) {
        for (int g = 0; g < Groups; ++g) {
            least[g] = lesser(least[g], value(g, shingles[i]));
        }
    }
    for (int g = 0; g < Groups; ++g) {
        words::store(least[g], minima + words::size * g);
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void update_minima(std::uint64_t const* shingles, std::int64_t count,
                                                 std::uint32_t const* multipliers, std::int64_t num_minima,
                                                 std::uint32_t* minima) {
    constexpr std::int64_t per_register = Bytes / 4;
    std::int64_t k = 0;
    if constexpr (Bytes == 32) {
        // Six fit beside the multipliers in 16 registers; with four the latency of the minimum binds.
        for (; k + 6 * per_register <= num_minima; k += 6 * per_register) {
            update_some_minima<Bytes, 6>(shingles, count, multipliers + k, minima + k);
        }
    }
    for (; k + 4 * per_register <= num_minima; k += 4 * per_register) {
        update_some_minima<Bytes, 4>(shingles, count, multipliers + k, minima + k);
    }
    if (k + 3 * per_register <= num_minima) {
        update_some_minima<Bytes, 3>(shingles, count, multipliers + k, minima + k);
        k += 3 * per_register;
    }
    for (; k + 2 * per_register <= num_minima; k += 2 * per_register) {
        update_some_minima<Bytes, 2>(shingles, count, multipliers + k, minima + k);
    }
    for (; k < num_minima; k += per_register) {
        update_some_minima<Bytes, 1>(shingles, count, multipliers + k, minima + k);
    }
}

[[gnu::always_inline]] inline std::int64_t count_differing(std::uint64_t const* a, std::uint64_t const* b,
                                                           std::int64_t num_words) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < num_words; ++i) {
        count += __builtin_popcountll(a[i] ^ b[i]);
    }
    return count;
}

std::int64_t count_equal(std::uint8_t const* a, std::uint8_t const* b, std::int64_t size) {
    // Sixteen at a time whatever the register: sketches have 32 to 128 bytes.
    using bytes = simd<std::uint8_t, 16>;
    using halves = simd<std::uint64_t, 16>;
    std::int64_t equal = 0;
    for (std::int64_t i = 0; i < size; i += bytes::size) {
        auto const same = bytes::load(a + i) == bytes::load(b + i);
        auto const ones = reinterpret_cast<typename halves::vector>(same) & 0x0101'0101'0101'0101;
        // Eight bytes of 0 or 1 summed by one multiplication; both halves together stay below 256.
        equal += static_cast<std::int64_t>((ones[0] + ones[1]) * 0x0101'0101'0101'0101 >> 56);
    }
    return equal;
}

constexpr kernels baseline_kernels{
    .sum_identity = &sum_identity,
    .combine_units = [](auto... arguments) { return combine_units<16>(arguments...); },
    .hash_code_points = [](auto... arguments) { return hash_code_points<16>(arguments...); },
    .hash_tokens = &hash_tokens,
    .update_minima = [](auto... arguments) { return update_minima<16>(arguments...); },
    .minimum_bytes = [](auto... arguments) { return minimum_bytes<16>(arguments...); },
    .count_differing = [](auto... arguments) { return count_differing(arguments...); },
    .count_equal = [](auto... arguments) { return count_equal(arguments...); },
};

#if defined(__x86_64__)

/// [length] what belongs to a token of up to 16 bytes, of its lower and of its upper word.
struct token_masks {
    std::uint64_t low[17] = {}, high[17] = {};

    constexpr token_masks() {
        for (int length = 1; length <= 16; ++length) {
            low[length] = length < 8 ? (std::uint64_t{1} << 8 * length) - 1 : ~std::uint64_t{0};
            high[length] = length <= 8 ? 0 : ~std::uint64_t{0} >> 8 * (16 - length);
        }
    }
};
constexpr token_masks masks_of_tokens;

/// The bytes behind a short token go by a table: that takes fewer instructions than to make masks.
[[gnu::target("bmi2")]] void hash_tokens_bmi2(char const* text, std::uint32_t const* starts,
                                              std::uint32_t const* ends, std::int64_t count,
                                              element::byte_hasher const& hash, std::uint64_t* hashes) {
    auto const hash_here = hash;
    for (std::int64_t i = 0; i < count; ++i) {
        auto const* const token = text + starts[i];
        auto const length = ends[i] - starts[i];
        if (length > 16) {
            hashes[i] = hash_here({token, length});
            continue;
        }
        std::uint64_t words[2];
        __builtin_memcpy(words, token, sizeof words);
        hashes[i] = hash_here.short_words(words[0] & masks_of_tokens.low[length],
                                          words[1] & masks_of_tokens.high[length], length);
    }
}

[[gnu::target("popcnt")]] std::int64_t count_differing_popcnt(std::uint64_t const* a, std::uint64_t const* b,
                                                              std::int64_t num_words) {
    return count_differing(a, b, num_words);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i broadcast(std::uint64_t word) {
    return _mm256_set1_epi64x(static_cast<std::int64_t>(word));
}

[[gnu::target("avx2")]] identity_sums sum_identity_avx2(std::uint64_t const* units, std::int64_t count,
                                                        std::int64_t position) {
    constexpr std::int64_t a_register = 4;
    alignas(32) std::uint64_t lanes[a_register];
    for (std::int64_t lane = 0; lane < a_register; ++lane) {
        lanes[lane] = element::identity_offset(static_cast<std::uint64_t>(position + lane));
    }
    auto offsets = _mm256_load_si256(reinterpret_cast<__m256i const*>(lanes));
    auto const step = broadcast(element::identity_offset(a_register));
    auto products = _mm256_setzero_si256(), all_placed = products;
    std::int64_t i = 0;
    for (; i + a_register <= count; i += a_register) {
        auto const four = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(units + i));
        auto const placed = _mm256_xor_si256(four, offsets);
        products = _mm256_add_epi64(products, _mm256_mul_epu32(placed, _mm256_srli_epi64(placed, 32)));
        all_placed = _mm256_add_epi64(all_placed, placed);
        offsets = _mm256_add_epi64(offsets, step);
    }
    auto sums = sum_identity(units + i, count - i, position + i);
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), products);
    sums.products += lanes[0] + lanes[1] + lanes[2] + lanes[3];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), all_placed);
    sums.placed += lanes[0] + lanes[1] + lanes[2] + lanes[3];
    return sums;
}

/// A sum of products of 64 bits in two parts: AVX2 multiplies 32 bits by 32.
struct split_products {
    __m256i low{}; ///< the lower halves by each other
    /// Both products of a lower and an upper half, side by side: they count 2^32 fold, so 32 bits are enough.
    __m256i cross{};

    [[gnu::target("avx2"), gnu::always_inline]] void add(__m256i words, __m256i factor) {
        constexpr int swapped_halves = 0b10110001;
        auto const turned = _mm256_shuffle_epi32(factor, swapped_halves);
        low = _mm256_add_epi64(low, _mm256_mul_epu32(words, factor));
        cross = _mm256_add_epi32(cross, _mm256_mullo_epi32(words, turned));
    }
    [[gnu::target("avx2"), gnu::always_inline]] __m256i sum() const {
        auto const both = _mm256_add_epi32(cross, _mm256_slli_epi64(cross, 32));
        constexpr int upper_halves = 0b10101010;
        return _mm256_add_epi32(low, _mm256_blend_epi32(_mm256_setzero_si256(), both, upper_halves));
    }
};

/// The same as finish_shingle.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i finish_shingle_avx2(__m256i sum) {
    constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15;
    split_products product;
    product.add(_mm256_xor_si256(sum, _mm256_srli_epi64(sum, 32)), broadcast(factor));
    auto const spread = product.sum();
    return _mm256_xor_si256(spread, _mm256_srli_epi64(spread, 29));
}

[[gnu::target("avx2")]] void combine_units_avx2(std::uint64_t const* units, std::int64_t count,
                                                std::uint64_t const* multipliers, std::int64_t n,
                                                std::uint64_t* shingles) {
    constexpr std::int64_t a_register = 4, registers = 4;
    static_assert(registers * a_register <= kernel_padding);
    for (std::int64_t i = 0; i < count; i += registers * a_register) {
        split_products sums[registers];
        for (std::int64_t j = 0; j < n; ++j) {
            auto const multiplier = broadcast(multipliers[j]);
#pragma GCC unroll 4
            for (std::int64_t r = 0; r < registers; ++r) {
                auto const* const at = units + i + j + r * a_register;
                sums[r].add(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(at)), multiplier);
            }
        }
#pragma GCC unroll 4
        for (std::int64_t r = 0; r < registers; ++r) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(shingles + i + r * a_register),
                                finish_shingle_avx2(sums[r].sum()));
        }
    }
}

/// The same as hash_code_point.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i hash_code_point_avx2(__m256i seed,
                                                                                __m256i code_points) {
    constexpr std::uint64_t factor = 0xD6E8'FEB8'6659'FD93;
    split_products product;
    product.add(_mm256_xor_si256(code_points, seed), broadcast(factor));
    auto const x = product.sum();
    return _mm256_xor_si256(x, _mm256_srli_epi64(x, 32));
}

[[gnu::target("avx2")]] void hash_code_points_avx2(char32_t const* code_points, std::int64_t count,
                                                   std::uint64_t seed, std::uint64_t* units) {
    constexpr std::int64_t a_register = 4;
    for (std::int64_t i = 0; i < count; i += a_register) {
        auto const four = _mm_loadu_si128(reinterpret_cast<__m128i const*>(code_points + i));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(units + i),
                            hash_code_point_avx2(broadcast(seed), _mm256_cvtepu32_epi64(four)));
    }
}

[[gnu::target("avx2")]] void update_minima_avx2(std::uint64_t const* shingles, std::int64_t count,
                                                std::uint32_t const* multipliers, std::int64_t num_minima,
                                                std::uint32_t* minima) {
    update_minima<32>(shingles, count, multipliers, num_minima, minima);
}

/// The same as low_byte_of_minimum.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i
low_bytes_of_minima_avx2(std::uint32_t const* minima) {
    constexpr std::uint32_t factor = 0x9E37'79B1;
    auto const eight = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(minima));
    auto const mixed = _mm256_xor_si256(eight, _mm256_srli_epi32(eight, 15));
    return _mm256_srli_epi32(_mm256_mullo_epi32(mixed, _mm256_set1_epi32(static_cast<std::int32_t>(factor))),
                             24);
}

[[gnu::target("avx2")]] void minimum_bytes_avx2(std::uint32_t const* minima, std::int64_t num_minima,
                                                std::uint8_t* bytes) {
    constexpr std::int64_t a_register = 8;
    for (std::int64_t k = 0; k < num_minima; k += 2 * a_register) {
        // Packing takes the halves of both registers in turn.
        constexpr int first_second_in_turn = 0b11'01'10'00;
        auto const pairs =
            _mm256_permute4x64_epi64(_mm256_packus_epi32(low_bytes_of_minima_avx2(minima + k),
                                                         low_bytes_of_minima_avx2(minima + k + a_register)),
                                     first_second_in_turn);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + k),
                         _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1)));
    }
}

constexpr kernels avx2_kernels{
    .sum_identity = &sum_identity_avx2,
    .combine_units = &combine_units_avx2,
    .hash_code_points = &hash_code_points_avx2,
    .hash_tokens = &hash_tokens_bmi2,
    .update_minima = &update_minima_avx2,
    .minimum_bytes = &minimum_bytes_avx2,
    .count_differing = &count_differing_popcnt,
    .count_equal = baseline_kernels.count_equal,
};

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] identity_sums
sum_identity_avx512(std::uint64_t const* units, std::int64_t count, std::int64_t position) {
    constexpr std::int64_t a_register = 8;
    constexpr auto offset_of = [](std::uint64_t units_before) {
        return static_cast<std::int64_t>(element::identity_offset(units_before));
    };
    auto const lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    auto offsets = _mm512_mullo_epi64(_mm512_add_epi64(lanes, _mm512_set1_epi64(position)),
                                      _mm512_set1_epi64(offset_of(1)));
    auto const step = _mm512_set1_epi64(offset_of(a_register));
    auto products = _mm512_setzero_si512(), all_placed = products;
    for (std::int64_t i = 0; i < count; i += a_register) {
        auto const left = count - i;
        auto const here = static_cast<__mmask8>(left < a_register ? (1U << left) - 1 : 0xFF);
        // What is masked adds nothing to the sums.
        auto const placed = _mm512_maskz_xor_epi64(here, _mm512_maskz_loadu_epi64(here, units + i), offsets);
        auto const upper = _mm512_maskz_srli_epi64(here, placed, 32);
        products = _mm512_add_epi64(products, _mm512_maskz_mul_epu32(here, placed, upper));
        all_placed = _mm512_add_epi64(all_placed, placed);
        offsets = _mm512_add_epi64(offsets, step);
    }
    alignas(64) std::uint64_t lanes_of_products[a_register], lanes_of_placed[a_register];
    _mm512_store_si512(lanes_of_products, products);
    _mm512_store_si512(lanes_of_placed, all_placed);
    identity_sums sums{0, 0};
    for (std::int64_t lane = 0; lane < a_register; ++lane) {
        sums.products += lanes_of_products[lane];
        sums.placed += lanes_of_placed[lane];
    }
    return sums;
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void
combine_units_avx512(std::uint64_t const* units, std::int64_t count, std::uint64_t const* multipliers,
                     std::int64_t n, std::uint64_t* shingles) {
    combine_units<64>(units, count, multipliers, n, shingles);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void
hash_code_points_avx512(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                        std::uint64_t* units) {
    hash_code_points<64>(code_points, count, seed, units);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void
update_minima_avx512(std::uint64_t const* shingles, std::int64_t count, std::uint32_t const* multipliers,
                     std::int64_t num_minima, std::uint32_t* minima) {
    update_minima<64>(shingles, count, multipliers, num_minima, minima);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void
minimum_bytes_avx512(std::uint32_t const* minima, std::int64_t num_minima, std::uint8_t* bytes) {
    minimum_bytes<64>(minima, num_minima, bytes);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")]] std::int64_t
count_equal_avx512(std::uint8_t const* a, std::uint8_t const* b, std::int64_t size) {
    std::int64_t equal = 0;
    for (std::int64_t i = 0; i < size; i += 64) {
        auto const left = size - i;
        auto const here = left < 64 ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
        equal += _mm_popcnt_u64(_mm512_mask_cmpeq_epi8_mask(here, _mm512_maskz_loadu_epi8(here, a + i),
                                                            _mm512_maskz_loadu_epi8(here, b + i)));
    }
    return equal;
}

constexpr kernels avx512_kernels{
    .sum_identity = &sum_identity_avx512,
    .combine_units = &combine_units_avx512,
    .hash_code_points = &hash_code_points_avx512,
    .hash_tokens = &hash_tokens_bmi2,
    .update_minima = &update_minima_avx512,
    .minimum_bytes = &minimum_bytes_avx512,
    .count_differing = &count_differing_popcnt,
    .count_equal = &count_equal_avx512,
};

#endif

} // namespace

kernels const& kernels_of([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return avx512_kernels;
    case simd_level::avx2:
        return avx2_kernels;
    case simd_level::baseline:
        break;
    }
#endif
    return baseline_kernels;
}

} // namespace newsgpu::cpu
