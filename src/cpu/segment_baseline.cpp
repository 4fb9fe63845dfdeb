#include "cpu/kernel_of.hpp"
#include "cpu/segment_kernel_levels.hpp"
#include "cpu/segment_scan.hpp"
#include "cpu/vector_baseline.hpp"
#include "cpu/vector_sse2.hpp"

namespace newsgpu::cpu {

#if defined(__SSE2__)
using vector_of_baseline = sse2_vector;
#else
using vector_of_baseline = baseline_vector;
#endif

segment_kernel const segment_kernel_baseline =
    kernel_of<vector_of_baseline, plain_scan<vector_of_baseline>>();

} // namespace newsgpu::cpu
