#pragma once

#include "cuda/check.cuh"
#include "settings.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#if __has_builtin(__builtin_source_location)
#include <source_location>
#endif

// What emulated device code calls.

namespace emulation {

/// Where something that waits is called: two instances of one template are two places, as they are on a GPU.
struct call_site : newsgpu::cuda::site {
    char const* function = "";

#if __has_builtin(__builtin_source_location)
    static constexpr call_site current(char const* file = __builtin_FILE(), unsigned line = __builtin_LINE(),
                                       std::source_location here = std::source_location::current()) {
        return {{file, line}, here.function_name()};
    }
#else
    static constexpr call_site current(char const* file = __builtin_FILE(),
                                       unsigned line = __builtin_LINE()) {
        return {{file, line}, ""};
    }
#endif
    friend bool operator==(call_site const& a, call_site const& b) {
        return a.file == b.file && a.line == b.line &&
               (a.function == b.function || std::strcmp(a.function, b.function) == 0);
    }
};

/// Where the calling CUDA thread is; `threads` is 0 in host code.
struct coordinates {
    unsigned thread, block, threads, blocks;
};
extern constinit thread_local coordinates
    here; // constinit: else UBSan misreads the access function GCC makes

enum class warp_op : std::uint8_t { sync, shuffle, ballot };

void sync_block(call_site where);

/// All threads bring a slot, and the last to come calls `combine` once over all.
void block_combine(void* slot, void (*combine)(void** slots, unsigned count), call_site where);

/// @param from the lane whose value is returned, for shuffles.
std::uint64_t warp_exchange(warp_op op, unsigned mask, std::uint64_t value, unsigned from, call_site where);

/// The block's object of this tag: fresh, filled with the poison byte, with nothing readable around it.
void* static_shared(void const* tag, std::size_t bytes, std::size_t alignment);
void* dynamic_shared();

/// The storage of a block collective: a fault if it is used again without a barrier.
void enter_temporary(void const* storage, call_site where);
void leave_temporary(void const* storage);

/// At atomics: sometimes lets others run first.
void maybe_yield();
/// In a spin loop; counts towards a block that hangs.
void yield_now();

[[noreturn]] void raise_fault(std::string const& message);

// For tracers.
bool is_shared(void const* address);
/// The allocation of device memory that `address` lies in, or null.
void const* allocation_of(void const* address);
struct launch_info {
    void const* kernel = nullptr;
    std::uint64_t number = 0;
    std::uint64_t threads = 0;
};
extern launch_info current_launch;
/// Hears of each algorithm of primitives.cuh what CUB's moves to and from memory; null where nobody counts.
extern void (*primitive_tracer)(char const* name, std::uint64_t bytes);

} // namespace emulation
