#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/csr.hpp>
#include <newsgpu/view.hpp>

#include "cpu/bound_loops.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Rows of norm 1 made ready for the search of near ones, in single precision. Columns are named by their
/// rank: 0 for the one that most rows hold; those that a single row holds bring no rows together and are left
/// out.
///
/// The rows of a column are listed, but the lists of the frequent columns are long. Of these the index knows
/// the norms of every row in `bound_groups` groups of them: what they add to the cosine of two rows is at
/// most the sum of the products of both rows' norms (Cauchy-Schwarz in each group). The most frequent columns
/// are groups of their own.
class cosine_index {
public:
    struct entry {
        std::uint32_t rank;
        float weight;
    };
    struct posting {
        std::uint32_t row;
        float weight;
    };
    /// Behind the last posting of a column.
    static constexpr std::uint32_t no_row = 0xFFFF'FFFF;

    explicit cosine_index(csr_matrix<double> const& matrix);

    /// Columns of a rank below `count` are the frequent ones from now on; none before the first call.
    void set_frequent(std::uint32_t count);
    std::uint32_t num_frequent() const { return num_frequent_; }

    std::uint32_t num_rows() const { return static_cast<std::uint32_t>(row_starts_.size() - 1); }

    /// The entries of a row by ascending rank.
    view<entry const> row(std::uint32_t row) const {
        return {entries_.data() + row_starts_[row],
                static_cast<std::int64_t>(row_starts_[row + 1u] - row_starts_[row])};
    }
    /// The rows of a column, ascending, `no_row` behind them.
    posting const* postings(std::uint32_t rank) const { return postings_.data() + column_starts_[rank]; }
    std::size_t num_postings(std::uint32_t rank) const {
        return column_starts_[rank + 1u] - column_starts_[rank] - 1;
    }
    /// The tile that holds a row, and those behind it: see bound_loops.
    float const* tile(std::uint32_t row) const {
        return norms_.data() + row / bound_tile_rows * bound_tile_size;
    }
    float norm(std::uint32_t row, std::size_t group) const {
        return tile(row)[group * bound_tile_rows + row % bound_tile_rows];
    }

private:
    void rank_rows(csr_matrix<double> const& matrix);
    void list_columns();

    std::uint32_t num_shared_ = 0; ///< columns of more than one row
    std::uint32_t num_frequent_ = 0;
    std::vector<std::size_t> row_starts_, column_starts_;
    std::vector<entry> entries_;
    std::vector<posting> postings_;
    /// [tiles][bound_groups][bound_tile_rows]
    buffer<float> norms_;
};

} // namespace newsgpu::cpu
