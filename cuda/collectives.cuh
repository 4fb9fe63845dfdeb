#pragma once

#include <cuda_runtime.h>

#include <cstdint>

// What threads of a block or a warp do together, and atomics; sums over a block are in block_collectives.cuh.
// tests/emulation/cuda/collectives.cuh is the same face for the host; a kernel that goes past it
// (`threadIdx`, `__shared__`) does not compile there.

namespace newsgpu::cuda {

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned full_warp = 0xFFFF'FFFF;

__device__ inline unsigned thread_rank() {
    return threadIdx.x;
}
__device__ inline unsigned block_size() {
    return blockDim.x;
}
__device__ inline std::int64_t block_rank() {
    return blockIdx.x;
}
__device__ inline std::int64_t grid_size() {
    return gridDim.x;
}
__device__ inline unsigned lane_rank() {
    return threadIdx.x % warp_size;
}
__device__ inline unsigned warp_rank() {
    return threadIdx.x / warp_size;
}
/// The thread's number in the grid.
__device__ inline std::int64_t global_rank() {
    return std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
}

// ---- Barriers: all threads of the block, respectively all lanes of the mask, come to the same one. Memory
// that was written before is seen behind.

__device__ inline void sync_block() {
    __syncthreads();
}
/// Whether any thread of the block came with true.
__device__ inline bool sync_block_or(bool mine) {
    return __syncthreads_or(mine) != 0;
}
/// How many threads of the block came with true.
__device__ inline int sync_block_count(bool mine) {
    return __syncthreads_count(mine);
}
__device__ inline void sync_warp(unsigned mask = full_warp) {
    __syncwarp(mask);
}

// ---- Exchanges between the lanes of a warp. They order no memory.

template <class T>
__device__ T shuffle(T value, unsigned from, unsigned mask = full_warp) {
    return __shfl_sync(mask, value, static_cast<int>(from));
}
/// Lanes without a partner keep their own value.
template <class T>
__device__ T shuffle_up(T value, unsigned by, unsigned mask = full_warp) {
    return __shfl_up_sync(mask, value, by);
}
template <class T>
__device__ T shuffle_down(T value, unsigned by, unsigned mask = full_warp) {
    return __shfl_down_sync(mask, value, by);
}
template <class T>
__device__ T shuffle_xor(T value, unsigned with, unsigned mask = full_warp) {
    return __shfl_xor_sync(mask, value, static_cast<int>(with));
}
/// Bit i: what lane i came with.
__device__ inline unsigned ballot(bool mine, unsigned mask = full_warp) {
    return __ballot_sync(mask, mine);
}
__device__ inline bool any_of_warp(bool mine, unsigned mask = full_warp) {
    return __any_sync(mask, mine) != 0;
}
__device__ inline bool all_of_warp(bool mine, unsigned mask = full_warp) {
    return __all_sync(mask, mine) != 0;
}

// ---- Shared memory.

/// The block's one object of type T, uninitialised. T is the tag: two calls with one T in a kernel are the
/// same storage, so let it be a struct of the kernel's own.
template <class T>
__device__ T& shared() {
    static_assert(sizeof(T) <= 48 * 1024);
    __shared__ T storage;
    return storage;
}

/// The launch's dynamic shared memory.
template <class T>
__device__ T* dynamic_shared() {
    extern __shared__ __align__(16) unsigned char dynamic_shared_bytes[];
    return reinterpret_cast<T*>(dynamic_shared_bytes);
}

// ---- Atomics, relaxed: they order no other memory. All return the value before.

/// What is there, while other threads change it by atomics.
__device__ inline std::uint64_t atomic_load(std::uint64_t const& at) {
    return *static_cast<std::uint64_t const volatile*>(&at);
}

__device__ inline std::uint32_t atomic_add(std::uint32_t& at, std::uint32_t value) {
    return atomicAdd(&at, value);
}
__device__ inline std::int32_t atomic_add(std::int32_t& at, std::int32_t value) {
    return atomicAdd(&at, value);
}
__device__ inline std::uint64_t atomic_add(std::uint64_t& at, std::uint64_t value) {
    return atomicAdd(reinterpret_cast<unsigned long long*>(&at), static_cast<unsigned long long>(value));
}
__device__ inline std::int64_t atomic_add(std::int64_t& at, std::int64_t value) {
    return static_cast<std::int64_t>(
        atomicAdd(reinterpret_cast<unsigned long long*>(&at), static_cast<unsigned long long>(value)));
}
__device__ inline std::uint32_t atomic_or(std::uint32_t& at, std::uint32_t value) {
    return atomicOr(&at, value);
}
__device__ inline std::uint32_t atomic_and(std::uint32_t& at, std::uint32_t value) {
    return atomicAnd(&at, value);
}
__device__ inline std::uint32_t atomic_min(std::uint32_t& at, std::uint32_t value) {
    return atomicMin(&at, value);
}
__device__ inline std::uint32_t atomic_max(std::uint32_t& at, std::uint32_t value) {
    return atomicMax(&at, value);
}
__device__ inline std::uint64_t atomic_min(std::uint64_t& at, std::uint64_t value) {
    return atomicMin(reinterpret_cast<unsigned long long*>(&at), static_cast<unsigned long long>(value));
}
__device__ inline std::uint64_t atomic_max(std::uint64_t& at, std::uint64_t value) {
    return atomicMax(reinterpret_cast<unsigned long long*>(&at), static_cast<unsigned long long>(value));
}
__device__ inline std::uint32_t atomic_cas(std::uint32_t& at, std::uint32_t expected, std::uint32_t desired) {
    return atomicCAS(&at, expected, desired);
}
__device__ inline std::uint64_t atomic_cas(std::uint64_t& at, std::uint64_t expected, std::uint64_t desired) {
    return atomicCAS(reinterpret_cast<unsigned long long*>(&at), static_cast<unsigned long long>(expected),
                     static_cast<unsigned long long>(desired));
}

} // namespace newsgpu::cuda
