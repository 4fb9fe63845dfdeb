#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// Similarities as exact quotients: both sides of the division are integers below 2^53, so the result is the
// double nearest to the true value, on every machine.

namespace newsgpu::element {

/// |A n B| / |A u B|. Not both sets may be empty.
NEWSGPU_HD constexpr double jaccard(std::int64_t size_a, std::int64_t size_b, std::int64_t common) {
    return static_cast<double>(common) / static_cast<double>(size_a + size_b - common);
}

/// |A n B| / min(|A|, |B|). Neither set may be empty.
NEWSGPU_HD constexpr double containment(std::int64_t size_a, std::int64_t size_b, std::int64_t common) {
    return static_cast<double>(common) / static_cast<double>(size_a < size_b ? size_a : size_b);
}

/// A lower bound of the overlap that lets a quotient reach `threshold`, given `whole`, the value that the
/// exact bound is `threshold * whole` of. One part in 10^12 is left for rounding: the quotient itself
/// decides.
NEWSGPU_HD constexpr std::int64_t least_overlap(double threshold, double whole) {
    auto const bound = threshold * whole * (1 - 1e-12);
    auto const floor = static_cast<std::int64_t>(bound);
    return static_cast<double>(floor) < bound ? floor + 1 : floor;
}

/// The overlap that sets of these sizes need at least for a Jaccard similarity of `threshold`: t / (1 + t) *
/// (a + b).
NEWSGPU_HD constexpr std::int64_t least_jaccard_overlap(double threshold, std::int64_t size_a,
                                                        std::int64_t size_b) {
    return least_overlap(threshold / (1 + threshold), static_cast<double>(size_a + size_b));
}

/// The same for containment.
NEWSGPU_HD constexpr std::int64_t least_containment_overlap(double threshold, std::int64_t size_a,
                                                            std::int64_t size_b) {
    return least_overlap(threshold, static_cast<double>(size_a < size_b ? size_a : size_b));
}

} // namespace newsgpu::element
