#pragma once

#include <cstdint>

// The arithmetic of TF-IDF, scikit-learn's: double sums in row order over squares taken in the precision of
// the row. Compiled without contraction to fused multiply-add on either side, so CPU and GPU agree to the
// bit.

namespace newsgpu::element {

/// What the logarithm of the inverse document frequency is taken of.
constexpr double idf_ratio(std::int64_t documents, std::int64_t document_count, bool smooth) {
    auto const added = smooth ? 1.0 : 0.0;
    return (static_cast<double>(documents) + added) / (static_cast<double>(document_count) + added);
}

template <class Value>
constexpr double sum_of_squares(Value const* row, std::int64_t size) {
    double sum = 0;
    for (std::int64_t k = 0; k < size; ++k) {
        sum += static_cast<double>(row[k] * row[k]);
    }
    return sum;
}

template <class Value>
constexpr double sum_of_magnitudes(Value const* row, std::int64_t size) {
    double sum = 0;
    for (std::int64_t k = 0; k < size; ++k) {
        sum += static_cast<double>(row[k] < 0 ? -row[k] : row[k]);
    }
    return sum;
}

template <class Value>
constexpr void divide(Value* row, std::int64_t size, double norm) {
    for (std::int64_t k = 0; k < size; ++k) {
        row[k] = static_cast<Value>(static_cast<double>(row[k]) / norm);
    }
}

} // namespace newsgpu::element
