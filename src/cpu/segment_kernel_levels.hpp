#pragma once

#include "cpu/segment_kernel.hpp"

namespace newsgpu::cpu {

extern segment_kernel const segment_kernel_baseline;
#if defined(__x86_64__)
extern segment_kernel const segment_kernel_avx2;
extern segment_kernel const segment_kernel_avx512;
#endif

} // namespace newsgpu::cpu
