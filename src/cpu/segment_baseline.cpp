#include "cpu/character_loops.hpp"
#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_scan.hpp"
#include "cpu/vector_baseline.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_baseline = kernel_of<baseline_vector, plain_scan<baseline_vector>>();

} // namespace newsgpu::cpu
