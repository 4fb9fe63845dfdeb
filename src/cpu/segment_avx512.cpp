#include "cpu/kernel_of.hpp"
#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_scan_avx512.hpp"
#include "cpu/vector_avx512.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_avx512 = kernel_of<avx512_vector, avx512_scan>();

} // namespace newsgpu::cpu
