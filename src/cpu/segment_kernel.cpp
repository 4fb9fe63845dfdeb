#include "cpu/segment_kernel.hpp"

#include "cpu/segment_kernel_levels.hpp"

namespace newsgpu::cpu {

segment_kernel const& segment_kernel_of(simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return segment_kernel_avx512;
    case simd_level::avx2:
        return segment_kernel_avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return segment_kernel_baseline;
}

} // namespace newsgpu::cpu
