#include "cpu/kernels.hpp"

#include "cpu/kernel_loops.hpp"
#include "cpu/kernels_avx2.hpp"
#include "cpu/kernels_avx512.hpp"

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

} // namespace

kernels const& kernels_of([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return avx512_kernels();
    case simd_level::avx2:
        return avx2_kernels();
    case simd_level::baseline:
        break;
    }
#endif
    return baseline_kernels;
}

} // namespace newsgpu::cpu
