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

/// Which of ranges `first` to `last` has `at`: the last one that does not begin behind it. `begins` ascend,
/// that of the first is not behind `at`.
__device__ inline std::int64_t range_of(view<std::int64_t const> begins, std::int64_t at, std::int64_t first,
                                        std::int64_t last) {
    return partition_point(first + 1, last + 1, [&](std::int64_t i) { return begins[i] <= at; }) - 1;
}

/// The same among all of them.
__device__ inline std::int64_t range_of(view<std::int64_t const> begins, std::int64_t at) {
    return range_of(begins, at, 0, begins.size() - 1);
}

} // namespace newsgpu::cuda
