#pragma once

#include "cuda/collectives.cuh"

#include <string>
#include <utility>

// The face of cuda/block_collectives.cuh for the host, with checks.

namespace newsgpu::cuda {

namespace detail {
/// What CUB keeps in shared memory. It is written as CUB would, so that two uses of one place show.
template <class T, unsigned Threads>
struct block_storage {
    T of_warp[(Threads + warp_size - 1) / warp_size];
};

/// @param combine over all threads' values, in order.
template <class Result, unsigned Threads, class T>
Result combine_block(block_storage<T, Threads>& temporary, T value, void (*combine)(void**, unsigned),
                     call_site at) {
    if (block_size() != Threads) {
        emulation::raise_fault("a collective for blocks of " + std::to_string(Threads) +
                               " threads in one of " + std::to_string(block_size()));
    }
    emulation::enter_temporary(&temporary, at);
    Result mine{value, {}};
    if (lane_rank() == 0) {
        temporary.of_warp[warp_rank()] = value;
    }
    emulation::block_combine(&mine, combine, at);
    emulation::leave_temporary(&temporary);
    return mine;
}
} // namespace detail

template <class T, unsigned Threads>
struct block_scan {
    using storage = detail::block_storage<T, Threads>;
    struct result {
        T prefix;
        T total;
    };
    static result exclusive_sum(storage& temporary, T value, call_site at = call_site::current()) {
        return detail::combine_block<result>(
            temporary, value,
            [](void** slots, unsigned count) {
                T sum{};
                for (unsigned i = 0; i < count; ++i) {
                    auto& prefix = static_cast<result*>(slots[i])->prefix;
                    sum += std::exchange(prefix, sum);
                }
                for (unsigned i = 0; i < count; ++i) {
                    static_cast<result*>(slots[i])->total = sum;
                }
            },
            at);
    }
};

template <class T, unsigned Threads>
struct block_reduce {
    using storage = detail::block_storage<T, Threads>;
    static T sum(storage& temporary, T value, call_site at = call_site::current()) {
        struct result {
            T value;
            T total;
        };
        return detail::combine_block<result>(
                   temporary, value,
                   [](void** slots, unsigned count) {
                       T sum{};
                       for (unsigned i = 0; i < count; ++i) {
                           sum += static_cast<result*>(slots[i])->value;
                       }
                       // Only thread 0 has the sum; what the others get differs from it.
                       for (unsigned i = 0; i < count; ++i) {
                           static_cast<result*>(slots[i])->total = i == 0 ? sum : static_cast<T>(~sum);
                       }
                   },
                   at)
            .total;
    }
};

} // namespace newsgpu::cuda
