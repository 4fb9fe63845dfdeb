#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_loops.hpp"
#include "cpu/segment_scan.hpp"
#include "cpu/vector_avx512.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_avx512 = segment_loops<avx512_vector, plain_scan<avx512_vector>>::kernel;

} // namespace newsgpu::cpu
