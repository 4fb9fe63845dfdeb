#pragma once

#include <cuda_runtime_api.h>

#include <functional>

namespace emulation {

/// Device work that is no kernel.
void enqueue_on(cudaStream_t stream, std::function<void()> work);

} // namespace emulation
