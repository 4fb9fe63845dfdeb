#pragma once

#include "cpu/kernels.hpp"

namespace newsgpu::cpu {

/// Those for simd_level::avx512; on x86-64 alone.
kernels const& avx512_kernels();

} // namespace newsgpu::cpu
