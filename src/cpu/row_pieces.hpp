#pragma once

#include <newsgpu/csr.hpp>

#include "cpu/parallel.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace newsgpu::cpu {

/// Rows of consecutive documents, made before it is known where they lie in the whole.
template <class Value>
struct row_piece {
    std::vector<std::int64_t> row_sizes;
    std::vector<std::int32_t> indices;
    std::vector<Value> data;
};

/// Row sizes at `indptr[row + 1]` become positions.
inline void sizes_to_indptr(buffer<std::int64_t>& indptr) {
    indptr[0] = 0;
    std::partial_sum(indptr.begin(), indptr.end(), indptr.begin());
}

/// The pieces one after another. Empties them.
template <class Value>
csr_matrix<Value> stitch(std::vector<row_piece<Value>>& pieces, std::int64_t num_columns,
                         execution const& run) {
    csr_matrix<Value> whole;
    whole.num_columns = num_columns;
    std::vector<std::int64_t> starts(1, 0);
    for (auto const& piece : pieces) {
        for (auto const size : piece.row_sizes) {
            whole.indptr.push_back(whole.indptr.back() + size);
        }
        starts.push_back(whole.indptr.back());
    }
    whole.indices.resize(static_cast<std::size_t>(whole.indptr.back()));
    whole.data.resize(whole.indices.size());
    for_each_piece("joining rows", std::ssize(pieces), run, [&](std::int64_t number, worker&) {
        auto& piece = pieces[static_cast<std::size_t>(number)];
        auto const at = starts[static_cast<std::size_t>(number)];
        std::copy(piece.indices.begin(), piece.indices.end(), whole.indices.begin() + at);
        std::copy(piece.data.begin(), piece.data.end(), whole.data.begin() + at);
        piece = {};
    });
    return whole;
}

} // namespace newsgpu::cpu
