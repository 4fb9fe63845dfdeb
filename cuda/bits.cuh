#pragma once

#include <cuda_runtime.h>

#include <cstdint>

// Single instructions of the GPU that C++ has no name for, each beside its meaning in plain C++, which the
// host runs.

namespace newsgpu::cuda {

/// Bit i is bit `a_i b_i c_i` (a the highest) of `Table`: any boolean function of three words in one
/// instruction. `Table` is the function itself applied to 0xF0, 0xCC and 0xAA.
template <unsigned Table>
__host__ __device__ inline std::uint32_t ternary(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    static_assert(Table < 256);
#if defined(__CUDA_ARCH__)
    std::uint32_t out;
    asm("lop3.b32 %0, %1, %2, %3, %4;" : "=r"(out) : "r"(a), "r"(b), "r"(c), "n"(Table));
    return out;
#else
    std::uint32_t out = 0;
    for (unsigned row = 0; row < 8; ++row) {
        if ((Table >> row & 1) != 0) {
            out |= ((row & 4) != 0 ? a : ~a) & ((row & 2) != 0 ? b : ~b) & ((row & 1) != 0 ? c : ~c);
        }
    }
    return out;
#endif
}

/// The bits of `a` where `mask` is 1, those of `b` elsewhere. Written as C++ the compiler takes two
/// instructions.
__host__ __device__ inline std::uint32_t select_bits(std::uint32_t mask, std::uint32_t a, std::uint32_t b) {
    return ternary < (0xF0 & 0xCC) | (~0xF0 & 0xAA & 0xFF) > (mask, a, b);
}

/// `high:low` shifted right by `by` (0 to 31), the lower word.
__host__ __device__ inline std::uint32_t funnel_right(std::uint32_t low, std::uint32_t high, unsigned by) {
#if defined(__CUDA_ARCH__)
    return __funnelshift_r(low, high, by);
#else
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) >> (by & 31));
#endif
}

/// `high:low` shifted left by `by` (0 to 31), the upper word.
__host__ __device__ inline std::uint32_t funnel_left(std::uint32_t low, std::uint32_t high, unsigned by) {
#if defined(__CUDA_ARCH__)
    return __funnelshift_l(low, high, by);
#else
    return static_cast<std::uint32_t>((std::uint64_t{high} << 32 | low) << (by & 31) >> 32);
#endif
}

/// Byte k of the result is byte `selector >> 4k & 7` of `high:low`.
__host__ __device__ inline std::uint32_t permute_bytes(std::uint32_t low, std::uint32_t high,
                                                       std::uint32_t selector) {
#if defined(__CUDA_ARCH__)
    return __byte_perm(low, high, selector);
#else
    std::uint64_t const both = std::uint64_t{high} << 32 | low;
    std::uint32_t out = 0;
    for (unsigned k = 0; k < 4; ++k) {
        out |= static_cast<std::uint32_t>(both >> (8 * (selector >> (4 * k) & 7)) & 0xFF) << (8 * k);
    }
    return out;
#endif
}

__host__ __device__ inline int count_ones(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
    return __popc(bits);
#else
    return __builtin_popcount(bits);
#endif
}

__host__ __device__ inline int count_ones(std::uint64_t bits) {
#if defined(__CUDA_ARCH__)
    return __popcll(bits);
#else
    return __builtin_popcountll(bits);
#endif
}

/// The place of the lowest 1; `bits` is not 0.
__host__ __device__ inline int lowest_one(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
    return __ffs(static_cast<int>(bits)) - 1;
#else
    return __builtin_ctz(bits);
#endif
}

__host__ __device__ inline int lowest_one(std::uint64_t bits) {
#if defined(__CUDA_ARCH__)
    return __ffsll(static_cast<long long>(bits)) - 1;
#else
    return __builtin_ctzll(bits);
#endif
}

/// The place of the highest 1; `bits` is not 0.
__host__ __device__ inline int highest_one(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
    return 31 - __clz(static_cast<int>(bits));
#else
    return 31 - __builtin_clz(bits);
#endif
}

__host__ __device__ inline int highest_one(std::uint64_t bits) {
#if defined(__CUDA_ARCH__)
    return 63 - __clzll(static_cast<long long>(bits));
#else
    return 63 - __builtin_clzll(bits);
#endif
}

} // namespace newsgpu::cuda
