// How vectors are passed between functions does not matter here: every function that takes one is always
// inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/kernels.hpp"

#include "cpu/kernel_loops.hpp"
#include "cpu/kernels_avx2.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace newsgpu::cpu {

namespace {

constexpr kernels baseline_kernels{
    .hash_code_points = &kernel_loops::hash_code_points,
    .hash_tokens = &kernel_loops::hash_tokens,
    .sum_identity = &kernel_loops::sum_identity,
    .combine_units = [](auto... arguments) { kernel_loops::combine_units<16>(arguments...); },
    .identify_code_points = &kernel_loops::identify_code_points,
    .identify_tokens = &kernel_loops::identify_tokens,
    .combine_low_units = [](auto... arguments) { kernel_loops::combine_low_units<16>(arguments...); },
    .update_minima = [](auto... arguments) { kernel_loops::update_minima<16>(arguments...); },
    .minimum_bytes = [](auto... arguments) { kernel_loops::minimum_bytes<16>(arguments...); },
    .count_differing = [](auto... arguments) { return kernel_loops::count_differing(arguments...); },
    .count_equal = &kernel_loops::count_equal,
};

#if defined(__x86_64__)

#define NEWSGPU_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")]]

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

/// Units are hashed by AVX2 here too: what takes time there is to bring tokens and products together.
kernels make_avx512_kernels() {
    auto made = avx2_kernels();
    made.combine_units = &combine_units_avx512;
    made.combine_low_units = &combine_low_units_avx512;
    made.update_minima = &update_minima_avx512;
    made.minimum_bytes = &minimum_bytes_avx512;
    made.count_equal = &count_equal_avx512;
    return made;
}

#undef NEWSGPU_AVX512

#endif

} // namespace

kernels const& kernels_of([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512: {
        static kernels const with_avx512 = make_avx512_kernels();
        return with_avx512;
    }
    case simd_level::avx2:
        return avx2_kernels();
    case simd_level::baseline:
        break;
    }
#endif
    return baseline_kernels;
}

} // namespace newsgpu::cpu
