#pragma once

#include <cstdint>

// Loops are written once as templates on the bytes of a register, with the compiler's own vectors, and
// compiled for each simd_level. Only integer arithmetic is done this way, so every level gives the same
// answer.

namespace newsgpu::cpu {

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
