#pragma once

#include <newsgpu/csr.hpp>

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// A matrix by columns: which rows hold a column, and their weights rounded to single precision.
struct posting_lists {
    struct posting {
        std::uint32_t row;
        float weight;
    };
    /// [columns + 1]: the postings of column c are `[starts[c], starts[c + 1])`.
    std::vector<std::int64_t> starts;
    std::vector<posting> postings;

    std::int64_t size(std::int32_t column) const {
        return starts[static_cast<std::size_t>(column) + 1] - starts[static_cast<std::size_t>(column)];
    }
    posting const* begin(std::int32_t column) const {
        return postings.data() + starts[static_cast<std::size_t>(column)];
    }
};

posting_lists make_posting_lists(csr_matrix<double> const& matrix);

} // namespace newsgpu::cpu
