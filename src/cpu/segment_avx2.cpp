#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_loops.hpp"
#include "cpu/segment_scan.hpp"
#include "cpu/vector_avx2.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_avx2 = segment_loops<avx2_vector, plain_scan<avx2_vector>>::kernel;

} // namespace newsgpu::cpu
