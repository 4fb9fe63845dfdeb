#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace newsgpu::parity {

/// Elements that differ, and those that one of the arrays has alone.
template <class T>
std::int64_t count_differences(buffer<T> const& a, buffer<T> const& b) {
    auto const common = std::min(a.size(), b.size());
    std::size_t differences = std::max(a.size(), b.size()) - common;
    for (std::size_t i = 0; i < common; ++i) {
        differences += a[i] == b[i] ? 0 : 1;
    }
    return static_cast<std::int64_t>(differences);
}

inline std::int64_t count_differences(string_column const& a, string_column const& b) {
    return count_differences(a.offsets, b.offsets) + count_differences(a.bytes, b.bytes);
}

} // namespace newsgpu::parity
