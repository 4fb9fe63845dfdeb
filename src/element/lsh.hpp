#pragma once

#include "element/hash.hpp"
#include "element/host_device.hpp"

#include <cstdint>

// Locality-sensitive hashing by bands (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4):
// documents whose minima agree in all rows of one band become a candidate pair.

namespace newsgpu::element {

/// Minima are taken in groups of this size: a plan has a multiple of it.
inline constexpr std::int32_t minima_group = 16;

/// How pairs are found: `bands` of `rows` minima each, out of `num_minima`; a candidate is verified if at
/// least `min_agreement` of all its minima agree.
struct lsh_plan {
    std::int32_t num_minima = 0;
    std::int32_t bands = 0;
    std::int32_t rows = 0;
    std::int32_t min_agreement = 0;
    /// The probability that a pair exactly at the threshold is found.
    double expected_recall = 1;
};

/// Two documents, left < right, in one number that orders by (left, right).
using packed_pair = std::uint64_t;

NEWSGPU_HD constexpr packed_pair pack(std::uint32_t left, std::uint32_t right) {
    return static_cast<packed_pair>(left) << 32 | right;
}
NEWSGPU_HD constexpr std::uint32_t left_of(packed_pair pair) {
    return static_cast<std::uint32_t>(pair >> 32);
}
NEWSGPU_HD constexpr std::uint32_t right_of(packed_pair pair) {
    return static_cast<std::uint32_t>(pair);
}

/// The key of one band. 32 bits: a key that two documents share by chance costs one look at their estimate.
NEWSGPU_HD constexpr std::uint32_t band_key(std::uint32_t const* minima, std::int32_t rows) {
    // The highest bits of a polynomial in one odd number: minima are as good as random.
    std::uint64_t key = 0;
    for (std::int32_t row = 0; row < rows; ++row) {
        key = (key + minima[row]) * 0x9E37'79B9'7F4A'7C15;
    }
    return static_cast<std::uint32_t>(key >> 32);
}

} // namespace newsgpu::element
