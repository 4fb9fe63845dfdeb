// How vectors are passed between functions does not matter here: every function that takes one is always
// inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "cpu/bound_loops.hpp"

#include "cpu/simd.hpp"

#include <array>

// Compiled with contraction to fused multiply-add, unlike everything else: these are bounds with a margin for
// rounding, never results.

namespace newsgpu::cpu {

namespace {

template <int Bytes>
struct loops {
    using floats = simd<float, Bytes>;
    using vector = typename floats::vector;
    using numbers_vector = typename simd<std::int32_t, Bytes>::vector;
    static constexpr std::size_t lanes = floats::size;
    static_assert(bound_tile_rows % lanes == 0);

    static constexpr std::size_t at_once = bound_queries;

    [[gnu::always_inline]] static inline void run(float const* tiles, std::size_t num_tiles,
                                                  float const* leasts, bound_query* queries) {
        for (std::size_t tile = 0; tile < num_tiles; ++tile) {
            auto const* const norms = tiles + tile * bound_tile_size;
            for (std::size_t part = 0; part < bound_tile_rows; part += lanes) {
                bound(norms + part, tile * bound_tile_rows + part, leasts, queries);
            }
        }
    }

    [[gnu::always_inline]] static inline void bound(float const* norms, std::size_t first,
                                                    float const* leasts, bound_query* queries) {
        vector bounds[at_once];
#pragma GCC unroll 8
        for (std::size_t q = 0; q < at_once; ++q) {
            bounds[q] = floats::load(queries[q].sums + first);
        }
        float const* factors[at_once];
#pragma GCC unroll 8
        for (std::size_t q = 0; q < at_once; ++q) {
            factors[q] = queries[q].norms;
        }
        for (std::size_t group = 0; group < bound_groups; ++group) {
            auto const here = floats::load(norms + group * bound_tile_rows);
#pragma GCC unroll 8
            for (std::size_t q = 0; q < at_once; ++q) {
                bounds[q] += here * factors[q][group];
            }
        }
        auto const of_rows = floats::load(leasts + first);
        numbers_vector any{};
        numbers_vector reaches[at_once];
#pragma GCC unroll 8
        for (std::size_t q = 0; q < at_once; ++q) {
            reaches[q] = (bounds[q] >= vector{} + queries[q].least) | (bounds[q] >= of_rows);
            any |= reaches[q];
        }
        if (is_zero(any)) {
            return;
        }
#pragma GCC unroll 8
        for (std::size_t q = 0; q < at_once; ++q) {
            if (!is_zero(reaches[q])) {
                take(bounds[q], first, leasts, queries[q]);
            }
        }
    }

    [[gnu::always_inline]] static inline bool is_zero(numbers_vector const& v) {
        std::int32_t any = 0;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            any |= v[lane];
        }
        return any == 0;
    }

    [[gnu::always_inline]] static inline void take(vector const& bounds, std::size_t first,
                                                   float const* leasts, bound_query& query) {
        std::array<float, lanes> values;
        floats::store(bounds, values.data());
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            query.found[query.num_found] = {static_cast<std::uint32_t>(first + lane), values[lane]};
            query.num_found += values[lane] >= query.least || values[lane] >= leasts[first + lane];
        }
    }
};

void bound_baseline(float const* tiles, std::size_t num_tiles, float const* leasts, bound_query* queries) {
    loops<16>::run(tiles, num_tiles, leasts, queries);
}

#if defined(__x86_64__)

[[gnu::target("avx2,fma")]] void bound_avx2(float const* tiles, std::size_t num_tiles, float const* leasts,
                                            bound_query* queries) {
    loops<32>::run(tiles, num_tiles, leasts, queries);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma")]] void
bound_avx512(float const* tiles, std::size_t num_tiles, float const* leasts, bound_query* queries) {
    loops<64>::run(tiles, num_tiles, leasts, queries);
}

#endif

} // namespace

bound_function& bound_rows([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return bound_avx512;
    case simd_level::avx2:
        return bound_avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return bound_baseline;
}

} // namespace newsgpu::cpu
