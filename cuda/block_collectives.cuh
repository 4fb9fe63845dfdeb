#pragma once

#include <cub/block/block_reduce.cuh>
#include <cub/block/block_scan.cuh>

// Collectives of a whole block of `Threads` threads. `storage` is shared memory; a barrier must lie between
// two uses of it. tests/emulation/cuda/block_collectives.cuh is the same face for the host. Apart from
// collectives.cuh, for CUB's headers take longer to compile than most kernels.

namespace newsgpu::cuda {

template <class T, unsigned Threads>
struct block_scan {
    using storage = typename cub::BlockScan<T, Threads>::TempStorage;
    struct result {
        T prefix; ///< the sum over the threads before this one
        T total;  ///< the sum over all
    };
    __device__ static result exclusive_sum(storage& temporary, T value) {
        result out;
        cub::BlockScan<T, Threads>(temporary).ExclusiveSum(value, out.prefix, out.total);
        return out;
    }
};

template <class T, unsigned Threads>
struct block_reduce {
    using storage = typename cub::BlockReduce<T, Threads>::TempStorage;
    /// The sum of all values, for thread 0; other threads get an unspecified value.
    __device__ static T sum(storage& temporary, T value) {
        return cub::BlockReduce<T, Threads>(temporary).Sum(value);
    }
};

} // namespace newsgpu::cuda
