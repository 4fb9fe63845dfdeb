#pragma once

#include "cuda/collectives.cuh"

namespace newsgpu::cuda {

/// The sum over the lanes before this one. Every lane of the warp comes here.
template <class T>
__device__ inline T sum_before_lane(T value) {
    auto sum = value;
    for (unsigned by = 1; by < warp_size; by *= 2) {
        auto const before = shuffle_up(sum, by);
        sum += lane_rank() >= by ? before : 0;
    }
    return sum - value;
}

/// The sum over all lanes, for each of them. Every lane of the warp comes here.
template <class T>
__device__ inline T sum_of_lanes(T value) {
    for (unsigned by = warp_size / 2; by > 0; by /= 2) {
        value += shuffle_xor(value, by);
    }
    return value;
}

} // namespace newsgpu::cuda
