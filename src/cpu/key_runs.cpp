#include "cpu/key_runs.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Whether a key is another than the one before is hard to foretell, so no branch depends on it.

namespace newsgpu::cpu {

namespace {

std::int64_t find_runs(std::uint32_t* sorted, std::int64_t count, std::uint32_t* ends) {
    std::int64_t size = 0;
    for (std::int64_t i = 1; i < count; ++i) {
        ends[size] = static_cast<std::uint32_t>(i);
        size += sorted[i - 1] != sorted[i];
    }
    if (count > 0) {
        ends[size++] = static_cast<std::uint32_t>(count);
    }
    return size;
}

#if defined(__x86_64__)

[[gnu::target("avx512f,popcnt")]] std::int64_t find_runs_avx512(std::uint32_t* sorted, std::int64_t count,
                                                                std::uint32_t* ends) {
    static_assert(run_padding >= 16);
    if (count == 0) {
        return 0;
    }
    sorted[count] = ~sorted[count - 1];
    std::int64_t size = 0;
    auto const behind = _mm512_set_epi32(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    for (std::int64_t i = 0; i < count; i += 16) {
        auto const last =
            _mm512_cmpneq_epi32_mask(_mm512_loadu_si512(sorted + i), _mm512_loadu_si512(sorted + i + 1));
        auto const left = count - i;
        auto const mask = left < 16 ? last & ((1u << left) - 1) : last;
        auto const places = _mm512_add_epi32(behind, _mm512_set1_epi32(static_cast<int>(i)));
        _mm512_storeu_si512(ends + size, _mm512_maskz_compress_epi32(static_cast<__mmask16>(mask), places));
        size += __builtin_popcount(mask);
    }
    return size;
}

#endif

} // namespace

run_function& key_run_finder([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    if (level == simd_level::avx512) {
        return find_runs_avx512;
    }
#endif
    return find_runs;
}

} // namespace newsgpu::cpu
