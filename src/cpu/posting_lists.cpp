#include "cpu/posting_lists.hpp"

#include <numeric>

namespace newsgpu::cpu {

posting_lists make_posting_lists(csr_matrix<double> const& matrix) {
    posting_lists lists;
    lists.starts.assign(static_cast<std::size_t>(matrix.num_columns) + 1, 0);
    for (auto const column : matrix.indices) {
        ++lists.starts[static_cast<std::size_t>(column) + 1];
    }
    std::partial_sum(lists.starts.begin(), lists.starts.end(), lists.starts.begin());
    lists.postings.resize(matrix.indices.size());
    auto next = lists.starts;
    for (std::size_t row = 0; row < static_cast<std::size_t>(matrix.num_rows()); ++row) {
        for (auto k = static_cast<std::size_t>(matrix.indptr[row]);
             k < static_cast<std::size_t>(matrix.indptr[row + 1]); ++k) {
            auto& at = next[static_cast<std::size_t>(matrix.indices[k])];
            lists.postings[static_cast<std::size_t>(at++)] = {static_cast<std::uint32_t>(row),
                                                              static_cast<float>(matrix.data[k])};
        }
    }
    return lists;
}

} // namespace newsgpu::cpu
