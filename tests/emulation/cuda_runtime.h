#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)

struct dim3 {
    unsigned x = 1, y = 1, z = 1;
    constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x{x_}, y{y_}, z{z_} {}
};

struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};

enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
namespace emulation {

/// A kernel and its arguments, by type.
template <class... P>
struct typed_call {
    void (*kernel)(P...);
    std::tuple<P...> arguments;
};

/// The same without types.
struct untyped_call {
    void const* kernel;
    void const* call;
    void* (*copy)(void const* call);
    void (*destroy)(void* call);
    void (*run)(void const* call);
};

/// @throw fault if a word of the argument is an address in the host's memory.
void check_argument_bytes(void const* argument, std::size_t bytes);
template <class P>
void check_argument([[maybe_unused]] P argument) {
#if __has_builtin(__builtin_clear_padding)
    __builtin_clear_padding(&argument); // what lies there by chance is no address
    check_argument_bytes(&argument, sizeof argument);
#endif
}

cudaError_t allow_dynamic_shared(void const* kernel, int bytes);
cudaError_t launch(untyped_call const& call, dim3 grid, dim3 block, std::size_t shared_bytes,
                   cudaStream_t stream);

} // namespace emulation

template <class... P>
cudaError_t cudaFuncSetAttribute(void (*kernel)(P...), cudaFuncAttribute, int value) {
    return emulation::allow_dynamic_shared(reinterpret_cast<void const*>(kernel), value);
}

template <class... P>
cudaError_t cudaLaunchKernel(void (*kernel)(P...), dim3 grid, dim3 block, void** pointers,
                             std::size_t shared_bytes, cudaStream_t stream) {
    using call = emulation::typed_call<P...>;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        (emulation::check_argument(*static_cast<P*>(pointers[I])), ...);
        call const made{kernel, {*static_cast<P*>(pointers[I])...}};
        return emulation::launch(
            {reinterpret_cast<void const*>(kernel), &made,
             [](void const* raw) -> void* { return new call(*static_cast<call const*>(raw)); },
             [](void* raw) { delete static_cast<call*>(raw); },
             [](void const* raw) {
                 auto const& ready = *static_cast<call const*>(raw);
                 std::apply(ready.kernel, ready.arguments);
             }},
            grid, block, shared_bytes, stream);
    }
    (std::index_sequence_for<P...>{});
}
