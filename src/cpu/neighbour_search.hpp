#pragma once

#include <newsgpu/csr.hpp>
#include <newsgpu/view.hpp>

#include "cpu/bound_loops.hpp"
#include "cpu/candidate_lists.hpp"
#include "cpu/cosine_index.hpp"
#include "cpu/parallel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace newsgpu::cpu {

/// [rows] the dot product of each row with itself.
std::vector<double> squares_of_rows(csr_matrix<double> const& matrix);

/// Finds the rows nearest to each row, exactly, in three steps, each over all rows before the next. One
/// search per worker; what they find out about rows they share in `candidate_lists`.
///
/// 1. `find_first`: the rarest columns of a row lead to a few rows that are near, and so to a cosine that any
///    better ones must reach.
/// 2. `compare`: every pair of rows is gone through once, block after block of rows behind those that are
///    asked about: what the rare columns contribute is added up, what the frequent ones can contribute is
///    bounded by the index, and only pairs that may reach the cosine that one of them asks for are looked at.
/// 3. `nearest`: the rows that are left get their exact cosines.
///
/// The first two are done in single precision with a margin for rounding.
class neighbour_search {
public:
    neighbour_search(csr_matrix<double> const& matrix, std::vector<double> const& squares,
                     cosine_index const& index, std::int64_t top, double threshold);

    void find_first(std::uint32_t row, candidate_lists& lists);

    /// Offers rows and those behind them to each other. `rows` ascend.
    void compare(view<std::uint32_t const> rows, candidate_lists& lists, worker& self);

    /// The nearest rows, nearest first; until the next call.
    std::vector<neighbour> const& nearest(std::uint32_t row, candidate_lists const& lists);

    /// What has been compared so far, in additions of single products.
    double cost() const { return cost_; }

private:
    /// A block's part of the index stays in the L2 cache while so many rows are compared with it.
    static constexpr std::uint32_t block_rows = 1024;
    static constexpr std::size_t rows_at_once = 4 * bound_queries;

    /// A rare column of a row: its rows from the next block on.
    struct cursor {
        cosine_index::posting const* next;
        float weight;
    };
    struct query {
        std::uint32_t row = 0;
        view<cosine_index::entry const> entries;
        float least = 0; ///< of the row
        std::vector<cursor> cursors;
        std::vector<float> frequent; ///< [ranks of frequent columns]; 0 between rows
        std::array<float, bound_groups> norms{};
        std::vector<float> sums; ///< [rows of a block]
    };

    void begin(query& each, std::uint32_t row);
    void end(query& each);
    void go_through(std::uint32_t block, std::span<query> queries, candidate_lists& lists);
    void add_up(query& each, std::uint32_t first, std::uint32_t last);
    void take(query& each, std::uint32_t first, std::span<bounded_row> bounded, candidate_lists& lists);
    void offer(std::uint32_t row, candidate_lists::candidate const& other, candidate_lists& lists);
    float frequent_score(query const& each, std::uint32_t row);
    void spread(std::uint32_t row);
    void take_back(std::uint32_t row);
    double cosine(std::uint32_t row, std::uint32_t other) const;

    csr_matrix<double> const& matrix_;
    std::vector<double> const& squares_;
    cosine_index const& index_;
    std::size_t top_;
    double threshold_;
    bound_function& bound_rows_;
    std::array<query, rows_at_once> queries_;
    std::vector<float> leasts_; ///< [rows of a block]
    /// [bound_queries][block_rows + 1]
    std::array<std::vector<bounded_row>, bound_queries> bounded_;
    /// [columns] a row spread out; [rows] sums over its rarest columns; both 0 in between.
    std::vector<double> weights_;
    std::vector<float> first_sums_;
    std::vector<candidate_lists::candidate> met_;
    std::vector<neighbour> found_;
    double cost_ = 0;
};

} // namespace newsgpu::cpu
