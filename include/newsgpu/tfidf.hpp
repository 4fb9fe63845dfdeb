#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/csr.hpp>
#include <newsgpu/execution.hpp>

#include <cstdint>
#include <string_view>

namespace newsgpu {

/// What each row is divided by: nothing, the sum of its absolute values, or the root of its sum of squares.
enum class row_norm { none, l1, l2 };

/// Reads `none`, `l1` or `l2`.
/// @throw invalid_input for anything else.
row_norm parse_row_norm(std::string_view name);

/// The inverse document frequency of each term, scikit-learn's: ln((1 + D) / (1 + df)) + 1 smoothed,
/// ln(D / df) + 1 otherwise (infinite where df is 0).
buffer<double> inverse_document_frequency(view<std::int64_t const> document_counts,
                                          std::int64_t num_documents, bool smooth = true);

/// Multiplies every entry by its column's `idf` (none: 1) and then divides every row by its norm, in place. A
/// row whose norm is 0 stays.
///
/// The norm is summed in the order of the row in double precision, squares taken in that of `Value`:
/// scikit-learn's arithmetic, bit for bit. `Value` is `float` or `double`; `Offset` and `Index` are 32 or 64
/// bits. Cost: one pass over the matrix.
/// @throw invalid_input if a column has no idf.
template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm,
           execution const& run = {});

/// The same for a matrix of the library's own.
template <class Value>
void weigh(csr_matrix<Value>& matrix, view<Value const> idf, row_norm norm, execution const& run = {}) {
    weigh(csr_view<Value, std::int64_t, std::int32_t>{matrix}, idf, norm, run);
}

} // namespace newsgpu
