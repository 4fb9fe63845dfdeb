#pragma once

#include "cuda/stream.cuh"

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

namespace newsgpu::cuda {

/// A one-dimensional grid of blocks.
struct launch_config {
    launch_config(std::int64_t blocks, unsigned threads, std::size_t shared_bytes = 0,
                  site at = site::current())
        : num_blocks{blocks}, block_size{threads}, dynamic_shared_bytes{shared_bytes}, where{at} {}

    std::int64_t num_blocks;
    unsigned block_size;
    std::size_t dynamic_shared_bytes;
    site where;
};

/// How many parts of `size` hold `items`.
constexpr std::int64_t parts_of(std::int64_t items, std::int64_t size) {
    return (items + size - 1) / size;
}

/// A thread for each of `items`.
inline launch_config threads_for(std::int64_t items, unsigned block_size, site where = site::current()) {
    return {parts_of(items, block_size), block_size, 0, where};
}

namespace detail {
template <class... Parameters, std::size_t... I>
void launch(stream const& on, launch_config const& config, void (*kernel)(Parameters...),
            std::tuple<Parameters...> values, std::index_sequence<I...>) {
    void* pointers[] = {&std::get<I>(values)..., nullptr};
    // cudaLaunchKernel rather than cudaLaunchKernelEx: no launch attribute is needed, and it is the one entry
    // that everything which stands in for the runtime (simulators, profilers, tools) knows.
    check(cudaLaunchKernel(kernel, dim3(static_cast<unsigned>(config.num_blocks)), dim3(config.block_size),
                           pointers, config.dynamic_shared_bytes, on.get()),
          "cudaLaunchKernel", config.where);
}
} // namespace detail

/// Puts a kernel into a stream. A grid without blocks is nothing to do. The stream's device must be current.
template <class... Parameters, class... Arguments>
void launch(stream const& on, launch_config const& config, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
    static_assert((std::is_trivially_copyable_v<Parameters> && ...),
                  "a kernel's parameters are copied as bytes");
    static_assert((!std::is_reference_v<Parameters> && ...), "a reference would point to the host's memory");
    static_assert((sizeof(Parameters) + ... + 0) <= 4096,
                  "the limit for parameters before sm_70 and CUDA 12.1");
    if (config.num_blocks == 0) {
        return;
    }
    if (config.num_blocks < 0 || config.num_blocks > std::numeric_limits<std::int32_t>::max()) {
        raise(cudaErrorInvalidConfiguration, "launch", config.where);
    }
    constexpr std::size_t without_asking = 48 * 1024;
    if (config.dynamic_shared_bytes > without_asking) {
        check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   static_cast<int>(config.dynamic_shared_bytes)),
              "cudaFuncSetAttribute", config.where);
    }
    detail::launch(on, config, kernel, std::tuple<Parameters...>(static_cast<Parameters>(arguments)...),
                   std::index_sequence_for<Parameters...>{});
}

} // namespace newsgpu::cuda
