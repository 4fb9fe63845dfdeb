#pragma once

#include "tests/emulation/device.hpp"

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

// The face of cuda/collectives.cuh for the host, with checks. Everything that waits takes the line it is
// called from.

namespace newsgpu::cuda {

using emulation::call_site;

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned full_warp = 0xFFFF'FFFF;

inline unsigned thread_rank() {
    return emulation::here.thread;
}
inline unsigned block_size() {
    return emulation::here.threads;
}
inline std::int64_t block_rank() {
    return emulation::here.block;
}
inline std::int64_t grid_size() {
    return emulation::here.blocks;
}
inline unsigned lane_rank() {
    return thread_rank() % warp_size;
}
inline unsigned warp_rank() {
    return thread_rank() / warp_size;
}
inline std::int64_t global_rank() {
    return block_rank() * block_size() + thread_rank();
}

// ---- barriers

inline void sync_block(call_site at = call_site::current()) {
    emulation::sync_block(at);
}

inline int sync_block_count(bool mine, call_site at = call_site::current()) {
    struct slot {
        bool mine;
        int count;
    } brought{mine, 0};
    emulation::block_combine(
        &brought,
        [](void** slots, unsigned count) {
            int sum = 0;
            for (unsigned i = 0; i < count; ++i) {
                sum += static_cast<slot*>(slots[i])->mine ? 1 : 0;
            }
            for (unsigned i = 0; i < count; ++i) {
                static_cast<slot*>(slots[i])->count = sum;
            }
        },
        at);
    return brought.count;
}
inline bool sync_block_or(bool mine, call_site at = call_site::current()) {
    return sync_block_count(mine, at) > 0;
}

inline void sync_warp(unsigned mask = full_warp, call_site at = call_site::current()) {
    emulation::warp_exchange(emulation::warp_op::sync, mask, 0, lane_rank(), at);
}

// ---- exchanges

template <class T>
T shuffle(T value, unsigned from, unsigned mask = full_warp, call_site at = call_site::current()) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = emulation::warp_exchange(emulation::warp_op::shuffle, mask, bits, from % warp_size, at);
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
template <class T>
T shuffle_up(T value, unsigned by, unsigned mask = full_warp, call_site at = call_site::current()) {
    return shuffle(value, lane_rank() < by ? lane_rank() : lane_rank() - by, mask, at);
}
template <class T>
T shuffle_down(T value, unsigned by, unsigned mask = full_warp, call_site at = call_site::current()) {
    return shuffle(value, lane_rank() + by < warp_size ? lane_rank() + by : lane_rank(), mask, at);
}
template <class T>
T shuffle_xor(T value, unsigned with, unsigned mask = full_warp, call_site at = call_site::current()) {
    return shuffle(value, lane_rank() ^ with, mask, at);
}
inline unsigned ballot(bool mine, unsigned mask = full_warp, call_site at = call_site::current()) {
    return static_cast<unsigned>(
        emulation::warp_exchange(emulation::warp_op::ballot, mask, mine ? 1 : 0, lane_rank(), at));
}
inline bool any_of_warp(bool mine, unsigned mask = full_warp, call_site at = call_site::current()) {
    return ballot(mine, mask, at) != 0;
}
inline bool all_of_warp(bool mine, unsigned mask = full_warp, call_site at = call_site::current()) {
    return ballot(!mine, mask, at) == 0;
}

// ---- shared memory

template <class T>
T& shared() {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 48 * 1024);
    static constexpr char tag = 0;
    return *static_cast<T*>(emulation::static_shared(&tag, sizeof(T), alignof(T)));
}
template <class T>
T* dynamic_shared() {
    return static_cast<T*>(emulation::dynamic_shared());
}

// ---- atomics

inline std::uint64_t atomic_load(std::uint64_t const& at) {
    emulation::maybe_yield();
    return __atomic_load_n(&at, __ATOMIC_RELAXED);
}

template <class T>
T atomic_add(T& at, std::type_identity_t<T> value) {
    emulation::maybe_yield();
    return __atomic_fetch_add(&at, value, __ATOMIC_RELAXED);
}
inline std::uint32_t atomic_or(std::uint32_t& at, std::uint32_t value) {
    emulation::maybe_yield();
    return __atomic_fetch_or(&at, value, __ATOMIC_RELAXED);
}
inline std::uint32_t atomic_and(std::uint32_t& at, std::uint32_t value) {
    emulation::maybe_yield();
    return __atomic_fetch_and(&at, value, __ATOMIC_RELAXED);
}
template <class T>
T atomic_cas(T& at, std::type_identity_t<T> expected, std::type_identity_t<T> desired) {
    emulation::maybe_yield();
    __atomic_compare_exchange_n(&at, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return expected;
}
template <class T>
T atomic_min(T& at, std::type_identity_t<T> value) {
    emulation::maybe_yield();
    T seen = __atomic_load_n(&at, __ATOMIC_RELAXED);
    while (value < seen &&
           !__atomic_compare_exchange_n(&at, &seen, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return seen;
}
template <class T>
T atomic_max(T& at, std::type_identity_t<T> value) {
    emulation::maybe_yield();
    T seen = __atomic_load_n(&at, __ATOMIC_RELAXED);
    while (seen < value &&
           !__atomic_compare_exchange_n(&at, &seen, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return seen;
}

} // namespace newsgpu::cuda
