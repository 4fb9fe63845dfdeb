#pragma once

#include "cpu/simd_level.hpp"

#include <cstddef>
#include <cstdint>

namespace newsgpu::cpu {

/// Ascending keys as runs of equal ones. Run i is `sorted[starts[i]]` to `sorted[starts[i + 1] - 1]`.
struct key_runs {
    std::uint32_t const* sorted;
    std::uint32_t const* starts;
    std::size_t size;

    std::uint32_t key(std::size_t i) const { return sorted[starts[i]]; }
    std::uint32_t length(std::size_t i) const { return starts[i + 1] - starts[i]; }
};

/// Numbers behind the sorted ones that may be overwritten, and behind the ends.
inline constexpr std::int64_t run_padding = 16;

/// Writes where each run of equal numbers of `sorted` ends; returns how many there are.
using run_function = std::int64_t(std::uint32_t* sorted, std::int64_t count, std::uint32_t* ends);

run_function& key_run_finder(simd_level level);

} // namespace newsgpu::cpu
