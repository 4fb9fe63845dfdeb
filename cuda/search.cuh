#pragma once

#include <newsgpu/view.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// The first of `first` to `last` for which `is_before` does not hold; it holds for all before that one.
template <class Predicate>
__device__ inline std::int64_t partition_point(std::int64_t first, std::int64_t last, Predicate is_before) {
    while (first < last) {
        auto const middle = first + (last - first) / 2;
        if (is_before(middle)) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return first;
}

/// Which range `at` is in: the last one that does not begin behind it. `begins` ascend, the first of them is
/// not behind `at`.
__device__ inline std::int64_t range_of(view<std::int64_t const> begins, std::int64_t at) {
    return partition_point(1, begins.size(), [&](std::int64_t i) { return begins[i] <= at; }) - 1;
}

} // namespace newsgpu::cuda
