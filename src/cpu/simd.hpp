#pragma once

#include <cstdint>

// Loops are written once as templates on the bytes of a register, with the compiler's own vectors, and
// compiled for each instruction set; `best_simd()` says which to call. Only integer arithmetic is done this
// way, so every level gives the same answer.

namespace newsgpu::cpu {

enum class simd_level { baseline, avx2, avx512 };

/// The best level this processor has. AVX-512 means its F, BW, DQ and VL parts.
inline simd_level best_simd() {
#if defined(__x86_64__)
    static simd_level const level = [] {
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            return simd_level::avx512;
        }
        return __builtin_cpu_supports("avx2") ? simd_level::avx2 : simd_level::baseline;
    }();
    return level;
#else
    return simd_level::baseline;
#endif
}

/// `Bytes` bytes of T, in one register where the processor has one that wide.
template <class T, int Bytes>
struct simd {
    using vector [[gnu::vector_size(Bytes)]] = T;
    static constexpr std::int64_t size = Bytes / static_cast<std::int64_t>(sizeof(T));

    [[gnu::always_inline]] static inline vector load(T const* from) {
        vector v;
        __builtin_memcpy(&v, from, sizeof v);
        return v;
    }
    [[gnu::always_inline]] static inline void store(vector v, T* to) { __builtin_memcpy(to, &v, sizeof v); }
};

} // namespace newsgpu::cpu
