#pragma once

#include "cpu/kernels.hpp"

namespace newsgpu::cpu {

/// Those for simd_level::avx2; on x86-64 alone.
kernels const& avx2_kernels();

} // namespace newsgpu::cpu
