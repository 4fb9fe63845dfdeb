#pragma once

#include <newsgpu/csr.hpp>
#include <newsgpu/view.hpp>

#include "cpu/bound_loops.hpp"
#include "cpu/cosine_index.hpp"
#include "cpu/parallel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace newsgpu::cpu {

struct neighbour {
    double similarity;
    std::uint32_t row;

    /// Nearest first; equal similarities by row.
    friend bool operator<(neighbour const& a, neighbour const& b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.row < b.row;
    }
};

/// [rows] the dot product of each row with itself.
std::vector<double> squares_of_rows(csr_matrix<double> const& matrix);

/// Finds the rows nearest to some rows after others, exactly. One per worker.
///
/// The rarest columns of a row lead to a few rows that are near, and so to a cosine that any better ones must
/// reach. Then block after block of rows is gone through: what the rare columns contribute is added up, what
/// the frequent ones can contribute is bounded by the index, and only rows that may reach that cosine are
/// looked at. All this is done in single precision with a margin for rounding; the rows that are left get
/// their exact cosines.
class neighbour_search {
public:
    neighbour_search(csr_matrix<double> const& matrix, std::vector<double> const& squares,
                     cosine_index const& index, std::int64_t top, double threshold);

    using row_visitor = std::function<void(std::uint32_t row, std::vector<neighbour> const& nearest)>;
    /// Calls `visit` for each of `rows`, in order, with its neighbours, nearest first.
    void find(view<std::uint32_t const> rows, worker& self, row_visitor const& visit);

    /// What has been done so far, in additions of single products.
    double cost() const { return cost_; }

private:
    /// A block's part of the index stays in the L2 cache while so many rows are compared with it.
    static constexpr std::uint32_t block_rows = 1024;
    static constexpr std::size_t rows_at_once = 4 * bound_queries;

    struct candidate {
        float score;
        std::uint32_t row;
    };
    /// A rare column of a row: its rows from the next block on.
    struct cursor {
        cosine_index::posting const* next;
        float weight;
    };
    struct query {
        std::uint32_t row = 0;
        view<cosine_index::entry const> entries;
        float margin = 0; ///< what sums of products may be off by
        float least = 0;  ///< a row whose score is less is none of the nearest
        std::vector<cursor> cursors;
        std::vector<float> frequent; ///< [ranks of frequent columns]; 0 between rows
        std::array<float, bound_groups> norms{};
        std::vector<float> sums; ///< [rows of a block]
        std::vector<float> best; ///< the best scores so far, a heap with the least in front
        std::vector<candidate> candidates;
    };

    void begin(query& each, std::uint32_t row);
    void go_through(std::uint32_t block, std::span<query> queries);
    void find_first(query& each);
    void add_up(query& each, std::uint32_t first, std::uint32_t last);
    void take(query& each, std::uint32_t first, std::span<bounded_row> bounded);
    void keep_score(query& each, float score);
    float frequent_score(query const& each, std::uint32_t row);
    void select(query& each);
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
    /// [bound_queries][block_rows + 1]
    std::array<std::vector<bounded_row>, bound_queries> bounded_;
    /// [columns] a row spread out; [rows] sums over its rarest columns; both 0 in between.
    std::vector<double> weights_;
    std::vector<float> first_sums_;
    std::vector<candidate> met_;
    std::vector<neighbour> found_;
    double cost_ = 0;
};

} // namespace newsgpu::cpu
