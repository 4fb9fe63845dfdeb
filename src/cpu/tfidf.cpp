#include "element/tfidf.hpp"
#include "backend.hpp"
#include "cpu/parallel.hpp"

#include <cmath>

namespace newsgpu::cpu {

namespace {

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

} // namespace

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm,
           execution const& run) {
    constexpr std::int64_t rows_a_piece = 1024;
    auto const num_rows = matrix.num_rows();
    for_each_piece("weighing", (num_rows + rows_a_piece - 1) / rows_a_piece, run,
                   [&](std::int64_t piece, worker&) {
                       auto const last = std::min(num_rows, (piece + 1) * rows_a_piece);
                       for (auto row = piece * rows_a_piece; row < last; ++row) {
                           auto const begin = std::int64_t{matrix.indptr[row]};
                           auto const end = std::int64_t{matrix.indptr[row + 1]};
                           if (!idf.empty()) {
                               for (auto k = begin; k < end; ++k) {
                                   matrix.data[k] *= idf[std::int64_t{matrix.indices[k]}];
                               }
                           }
                           auto* const values = matrix.data.data() + begin;
                           auto const length = norm_of(values, end - begin, norm);
                           if (norm != row_norm::none && length != 0) {
                               element::divide(values, end - begin, length);
                           }
                       }
                   });
}

template void weigh(csr_view<float, std::int32_t, std::int32_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<float, std::int64_t, std::int64_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<float, std::int64_t, std::int32_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int32_t, std::int32_t>, view<double const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int64_t, std::int64_t>, view<double const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int64_t, std::int32_t>, view<double const>, row_norm,
                    execution const&);

} // namespace newsgpu::cpu
