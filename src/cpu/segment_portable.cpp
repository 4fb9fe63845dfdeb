#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_loops.hpp"
#include "cpu/segment_scan.hpp"
#include "cpu/vector_portable.hpp"

namespace newsgpu::cpu {

segment_kernel const segment_kernel_portable = segment_loops<portable_vector, plain_scan<portable_vector>>::kernel;

} // namespace newsgpu::cpu
