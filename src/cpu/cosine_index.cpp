#include "cpu/cosine_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace newsgpu::cpu {

namespace {

/// Measured on news: half of the groups for single columns leaves the fewest rows to look at.
constexpr std::uint32_t single_columns = bound_groups / 2;

/// The others are dealt out one by one: a row that holds neighbours in rank then has them in several groups.
std::uint32_t group_of(std::uint32_t rank) {
    return rank < single_columns ? rank
                                 : single_columns + (rank - single_columns) % (bound_groups - single_columns);
}

} // namespace

cosine_index::cosine_index(csr_matrix<double> const& matrix) {
    rank_rows(matrix);
    list_columns();
}

void cosine_index::rank_rows(csr_matrix<double> const& matrix) {
    std::vector<std::uint32_t> sizes(static_cast<std::size_t>(matrix.num_columns), 0);
    for (auto const column : matrix.indices) {
        ++sizes[static_cast<std::size_t>(column)];
    }
    std::vector<std::uint32_t> order;
    for (std::uint32_t column = 0; column < sizes.size(); ++column) {
        if (sizes[column] > 1) {
            order.push_back(column);
        }
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return sizes[a] > sizes[b]; });
    num_shared_ = static_cast<std::uint32_t>(order.size());
    std::vector<std::uint32_t> ranks(sizes.size(), num_shared_);
    for (std::uint32_t rank = 0; rank < num_shared_; ++rank) {
        ranks[order[rank]] = rank;
    }

    entries_.reserve(matrix.indices.size());
    row_starts_.assign(1, 0);
    for (std::size_t row = 0; row < static_cast<std::size_t>(matrix.num_rows()); ++row) {
        auto const first = static_cast<std::ptrdiff_t>(entries_.size());
        auto const end = static_cast<std::size_t>(matrix.indptr[row + 1]);
        for (auto i = static_cast<std::size_t>(matrix.indptr[row]); i < end; ++i) {
            auto const rank = ranks[static_cast<std::size_t>(matrix.indices[i])];
            if (rank < num_shared_) {
                entries_.push_back({rank, static_cast<float>(matrix.data[i])});
            }
        }
        std::sort(entries_.begin() + first, entries_.end(),
                  [](entry const& a, entry const& b) { return a.rank < b.rank; });
        row_starts_.push_back(entries_.size());
    }
}

void cosine_index::list_columns() {
    column_starts_.assign(std::size_t{num_shared_} + 1, 0);
    for (auto const& each : entries_) {
        ++column_starts_[each.rank + 1u];
    }
    for (std::size_t rank = 0; rank < num_shared_; ++rank) {
        column_starts_[rank + 1] += column_starts_[rank] + 1;
    }
    postings_.assign(column_starts_.back(), {no_row, 0});
    auto next = column_starts_;
    for (std::uint32_t number = 0; number < num_rows(); ++number) {
        for (auto const& [rank, weight] : row(number)) {
            postings_[next[rank]++] = {number, weight};
        }
    }
}

void cosine_index::set_frequent(std::uint32_t count) {
    num_frequent_ = std::min(count, num_shared_);
    auto const num_tiles = (std::size_t{num_rows()} + bound_tile_rows - 1) / bound_tile_rows;
    norms_.assign(num_tiles * bound_tile_size, 0.0f);
    // What is rounded down on the way to a float, and in the product of two norms, is put on top.
    constexpr auto upwards = 1 + 4 * std::numeric_limits<float>::epsilon();
    for (std::uint32_t number = 0; number < num_rows(); ++number) {
        float squares[bound_groups] = {};
        for (auto const& [rank, weight] : row(number)) {
            if (rank >= num_frequent_) {
                break;
            }
            squares[group_of(rank)] += weight * weight;
        }
        auto* const norms =
            norms_.data() + number / bound_tile_rows * bound_tile_size + number % bound_tile_rows;
        for (std::size_t group = 0; group < bound_groups; ++group) {
            norms[group * bound_tile_rows] = std::sqrt(squares[group]) * upwards;
        }
    }
}

} // namespace newsgpu::cpu
