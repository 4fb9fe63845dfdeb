#pragma once

#include <newsgpu/execution.hpp>

#include <cstdint>

namespace newsgpu {

/// For calls that have no CUDA kernels: they run on the CPU.
/// @throw device_unavailable if a CUDA device was asked for.
void require_available(device const& wanted);

/// Where a call that has CUDA kernels runs: `run` with its device decided.
///
/// `cpu` and `cuda:K` are commands. `automatic` takes the first CUDA device where there is one that can do
/// the call and the input is large enough to pay; never the emulation, which is for tests.
/// @param missing what keeps the kernels from doing the call, or null.
/// @throw device_unavailable if a CUDA device was asked for that is not there or cannot do the call.
execution decide_device(execution const& run, std::int64_t num_bytes, char const* missing);

} // namespace newsgpu
