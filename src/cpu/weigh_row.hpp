#pragma once

#include <newsgpu/tfidf.hpp>

#include "element/tfidf.hpp"

#include <cmath>
#include <cstdint>

namespace newsgpu::cpu {

template <class Value>
double norm_of(Value const* row, std::int64_t size, row_norm norm) {
    switch (norm) {
    case row_norm::l1:
        return element::sum_of_magnitudes(row, size);
    case row_norm::l2:
        return std::sqrt(element::sum_of_squares(row, size));
    case row_norm::none:
        break;
    }
    return 1;
}

/// Multiplies a row by the idf of its columns, if there are any, and divides it by its norm, if that is not
/// 0.
template <class Value, class Index>
void weigh_row(Value* row, Index const* columns, std::int64_t size, view<Value const> idf, row_norm norm) {
    if (!idf.empty()) {
        for (std::int64_t k = 0; k < size; ++k) {
            row[k] *= idf[std::int64_t{columns[k]}];
        }
    }
    if (norm == row_norm::none) {
        return;
    }
    if (auto const length = norm_of(row, size, norm); length != 0) {
        element::divide(row, size, length);
    }
}

} // namespace newsgpu::cpu
