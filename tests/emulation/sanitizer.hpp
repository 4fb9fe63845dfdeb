#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>

// What the emulation tells the sanitizers. EMULATION_ASAN, _MSAN or _TSAN says which one the kernels are
// built with; the engine itself is never built with -fsanitize=thread.

#if defined(EMULATION_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(EMULATION_MSAN)
#include <sanitizer/msan_interface.h>
#endif
#if defined(EMULATION_TSAN)
#include <sanitizer/tsan_interface.h>
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#endif

namespace emulation {

inline void forbid([[maybe_unused]] void const* at, [[maybe_unused]] std::size_t bytes) {
#if defined(EMULATION_ASAN)
    __asan_poison_memory_region(at, bytes);
#endif
}
inline void allow([[maybe_unused]] void const* at, [[maybe_unused]] std::size_t bytes) {
#if defined(EMULATION_ASAN)
    __asan_unpoison_memory_region(at, bytes);
#endif
}
inline void mark_uninitialised([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) {
#if defined(EMULATION_MSAN)
    __msan_poison(at, bytes);
#endif
}
inline void mark_initialised([[maybe_unused]] void const* at, [[maybe_unused]] std::size_t bytes) {
#if defined(EMULATION_MSAN)
    __msan_unpoison(at, bytes);
#endif
}

// An edge of happens-before, for TSan: what came before release(x) is seen after acquire(x).
inline void release([[maybe_unused]] void* token) {
#if defined(EMULATION_TSAN)
    __tsan_release(token);
#endif
}
inline void acquire([[maybe_unused]] void* token) {
#if defined(EMULATION_TSAN)
    __tsan_acquire(token);
#endif
}

/// Under TSan a fault ends the program at once: the memory of the abandoned threads would come back as false
/// races.
inline void end_after_fault([[maybe_unused]] char const* message) {
#if defined(EMULATION_TSAN)
    std::fprintf(stderr, "FAULT: %s\n", message);
    std::_Exit(2);
#endif
}

} // namespace emulation
