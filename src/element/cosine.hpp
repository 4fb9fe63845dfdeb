#pragma once

#include "element/host_device.hpp"

namespace newsgpu::element {

/// The cosine of two rows without negative entries from their dot product and the square root of the product
/// of their dot products with themselves, all sums taken in one order. At most 1; exactly 1 for equal rows,
/// because the root of the rounded square of a number is that number.
NEWSGPU_HD constexpr double cosine(double dot, double root_of_squares) {
    auto const value = dot / root_of_squares;
    return value < 1 ? value : 1;
}

} // namespace newsgpu::element
