#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>
#include <type_traits>

namespace newsgpu {

/// A sparse matrix by rows, under SciPy's names: row i holds `data[k]` in column `indices[k]` for k in
/// `[indptr[i], indptr[i + 1])`. A column occurs at most once in a row.
template <class Value>
struct csr_matrix {
    buffer<std::int64_t> indptr = buffer<std::int64_t>(1, 0);
    buffer<std::int32_t> indices;
    buffer<Value> data;
    std::int64_t num_columns = 0;

    std::int64_t num_rows() const { return static_cast<std::int64_t>(indptr.size()) - 1; }
    std::int64_t num_entries() const { return static_cast<std::int64_t>(indices.size()); }
};

/// The same, owned by somebody else. SciPy holds both index arrays in 32 or both in 64 bits.
template <class Value, class Offset, class Index>
struct csr_view {
    view<Offset const> indptr;
    view<Index const> indices;
    view<Value> data;

    csr_view(view<Offset const> row_offsets, view<Index const> columns, view<Value> values)
        : indptr{row_offsets}, indices{columns}, data{values} {}
    csr_view(csr_matrix<Value>& matrix)
        requires(std::is_same_v<Offset, std::int64_t> && std::is_same_v<Index, std::int32_t>)
        : indptr{matrix.indptr}, indices{matrix.indices}, data{matrix.data} {}

    std::int64_t num_rows() const { return indptr.empty() ? 0 : indptr.size() - 1; }
};

} // namespace newsgpu
