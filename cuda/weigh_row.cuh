#pragma once

#include "cuda/bits.cuh"

#include <newsgpu/tfidf.hpp>

#include "element/tfidf.hpp"

#include <cmath>
#include <cstdint>

namespace newsgpu::cuda {

/// Multiplies a row by the idf of its columns, if there are any, and divides it by its norm, if that is not
/// 0. Sums are in the order of the row.
template <class Value, class Index>
__device__ void weigh_row(Value* row, Index const* columns, std::int64_t size, view<Value const> idf,
                          row_norm norm) {
    if (!idf.empty()) {
        for (std::int64_t k = 0; k < size; ++k) {
            row[k] *= idf[std::int64_t{columns[k]}];
        }
    }
    if (norm == row_norm::none) {
        return;
    }
    auto const length = norm == row_norm::l1 ? element::sum_of_magnitudes(row, size)
                                             : sqrt(element::sum_of_squares(row, size));
    if (length != 0) {
        element::divide(row, size, length);
    }
}

} // namespace newsgpu::cuda
