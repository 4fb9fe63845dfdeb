#include "cpu/kernel_of.hpp"
#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_scan_avx2.hpp"
#include "cpu/vector_avx2.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_avx2 = kernel_of<avx2_vector, avx2_scan>();

} // namespace newsgpu::cpu
