#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/posting_lists.hpp"
#include "cpu/weighted_terms.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

// Exact nearest neighbours without reading every posting. The terms of a document are visited from the rarest
// to the most frequent, adding up what they contribute to the other documents. The terms not yet visited can
// add at most their norm (Cauchy-Schwarz, rows have norm 1). Once that is less than what the k-th best
// document has already, nobody outside the candidates can become a neighbour, and only candidates within that
// distance of the k-th best can. As soon as their exact cosines cost less than the postings that are left,
// which are those of the stop words, the cosines are taken instead.

namespace newsgpu::cpu {

namespace {

struct neighbour {
    double similarity;
    std::uint32_t row;

    /// Nearest first; equal similarities by row.
    friend bool operator<(neighbour const& a, neighbour const& b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.row < b.row;
    }
};

/// Finds the neighbours of one row after another. One per worker.
class neighbour_search {
public:
    neighbour_search(csr_matrix<double> const& matrix, posting_lists const& lists, std::int64_t top,
                     double threshold)
        : matrix_{matrix}, lists_{lists}, top_{static_cast<std::size_t>(top)}, threshold_{threshold},
          mean_row_size_{matrix.indices.size() / std::max<std::size_t>(1, matrix.indptr.size() - 1)},
          partial_(static_cast<std::size_t>(matrix.num_rows()), 0.0f),
          weights_(static_cast<std::size_t>(matrix.num_columns), 0.0) {}

    /// The neighbours of `row`, nearest first.
    std::vector<neighbour> const& find(std::uint32_t row) {
        read_row(row);
        auto const bound = add_up();
        std::erase_if(touched_, [&](std::uint32_t candidate) {
            // Sums are taken back here; only candidates near enough are looked at again.
            return std::exchange(partial_[candidate], 0.0f) < bound || candidate == row;
        });
        select();
        for (auto const& [column, weight] : row_terms_) {
            weights_[static_cast<std::size_t>(column)] = 0;
        }
        return found_;
    }

private:
    struct row_term {
        std::int32_t column;
        double weight;
    };

    void read_row(std::uint32_t row) {
        row_terms_.clear();
        for (auto k = begin(row); k < end(row); ++k) {
            row_terms_.push_back({matrix_.indices[k], matrix_.data[k]});
            weights_[static_cast<std::size_t>(matrix_.indices[k])] = matrix_.data[k];
        }
        std::sort(row_terms_.begin(), row_terms_.end(), [&](row_term const& a, row_term const& b) {
            auto const sizes = std::pair{lists_.size(a.column), lists_.size(b.column)};
            return sizes.first != sizes.second ? sizes.first < sizes.second : a.column < b.column;
        });
        // What the terms from i on can add to any other row: their norm.
        remaining_.assign(row_terms_.size() + 1, 0);
        for (auto i = row_terms_.size(); i > 0; --i) {
            auto const weight = row_terms_[i - 1].weight;
            remaining_[i - 1] = remaining_[i] + weight * weight;
        }
        for (auto& rest : remaining_) {
            rest = std::sqrt(rest);
        }
        postings_left_.assign(row_terms_.size() + 1, 0);
        for (auto i = row_terms_.size(); i > 0; --i) {
            postings_left_[i - 1] =
                postings_left_[i] + static_cast<std::size_t>(lists_.size(row_terms_[i - 1].column));
        }
    }

    /// Adds up contributions until it is cheaper to look at the candidates.
    /// @return what a candidate's partial sum has to reach so that its cosine can be among the best.
    double add_up() {
        // A sum of m products, each rounded to single precision, of at most 1 altogether.
        auto const rounding = static_cast<double>(std::numeric_limits<float>::epsilon()) *
                              (static_cast<double>(row_terms_.size()) + 4);
        constexpr std::size_t postings_a_look = 8;
        touched_.clear();
        std::size_t added = 0;
        for (std::size_t i = 0; i < row_terms_.size(); ++i) {
            auto const& [column, weight] = row_terms_[i];
            auto const size = static_cast<std::size_t>(lists_.size(column));
            // Finding the k-th best of some sums costs about as much as adding eight times as many.
            if (added > postings_a_look * touched_.size()) {
                added = 0;
                auto const best = kth_best();
                auto const bound = best - remaining_[i] - 2 * rounding;
                if (remaining_[i] + rounding < best && cost_of_cosines(bound) < postings_left_[i]) {
                    return bound;
                }
            }
            added += size;
            auto const factor = static_cast<float>(weight);
            for (auto const *at = lists_.begin(column), *last = at + size; at != last; ++at) {
                auto& sum = partial_[at->row];
                if (sum == 0) {
                    touched_.push_back(at->row);
                }
                // A product that vanishes in single precision still makes its document a candidate.
                sum += std::max(factor * at->weight, std::numeric_limits<float>::min());
            }
        }
        return kth_best() - 2 * rounding;
    }

    /// A lower bound of the least cosine that is reported: the k-th greatest partial sum without that of the
    /// row itself (0 if there are fewer), or the threshold. Leaves the partial sums in `sums_`.
    double kth_best() {
        sums_.clear();
        for (auto const candidate : touched_) {
            sums_.push_back(partial_[candidate]);
        }
        if (sums_.size() <= top_) {
            return threshold_;
        }
        auto const kth = sums_.begin() + static_cast<std::ptrdiff_t>(top_);
        std::nth_element(sums_.begin(), kth, sums_.end(), std::greater<>{});
        return std::max(threshold_, static_cast<double>(*kth));
    }

    /// Entries to read for the cosines of the candidates whose partial sums reach `bound`, in postings: an
    /// entry and the look-up that it needs cost about two of them.
    std::size_t cost_of_cosines(double bound) const {
        auto const candidates = std::count_if(sums_.begin(), sums_.end(),
                                              [&](float sum) { return static_cast<double>(sum) >= bound; });
        return static_cast<std::size_t>(candidates) * 2 * mean_row_size_;
    }

    /// The best of `touched_` by their exact cosines.
    void select() {
        found_.clear();
        for (auto const candidate : touched_) {
            if (auto const exact = cosine(candidate); exact >= threshold_) {
                found_.push_back({exact, candidate});
            }
        }
        auto const kept = std::min(found_.size(), top_);
        std::partial_sort(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(kept), found_.end());
        found_.resize(kept);
    }

    /// The sum over the common terms in the order of the rows, which is one order for all of them: the same
    /// bits from either side. Terms that are not common add 0, which changes no bit.
    double cosine(std::uint32_t candidate) const {
        double sum = 0;
        for (auto k = begin(candidate); k < end(candidate); ++k) {
            sum += weights_[static_cast<std::size_t>(matrix_.indices[k])] * matrix_.data[k];
        }
        return sum;
    }

    std::size_t begin(std::uint32_t row) const { return static_cast<std::size_t>(matrix_.indptr[row]); }
    std::size_t end(std::uint32_t row) const { return static_cast<std::size_t>(matrix_.indptr[row + 1u]); }

    csr_matrix<double> const& matrix_;
    posting_lists const& lists_;
    std::size_t top_;
    double threshold_;
    std::size_t mean_row_size_;
    std::vector<row_term> row_terms_;
    /// [terms + 1] of the terms from i on: what they can add, and how many postings they have.
    std::vector<double> remaining_;
    std::vector<std::size_t> postings_left_;
    /// [rows] what has been added up for the row at hand; 0 between rows.
    std::vector<float> partial_;
    std::vector<std::uint32_t> touched_;
    std::vector<float> sums_;
    /// [columns] the row at hand, spread out.
    std::vector<double> weights_;
    std::vector<neighbour> found_;
};

} // namespace

similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run) {
    constexpr std::int64_t rows_a_piece = 64;
    auto const matrix = weighted_terms(corpus, how, run).matrix;
    auto const lists = make_posting_lists(matrix);
    auto const num_rows = matrix.num_rows();
    auto const num_pieces = (num_rows + rows_a_piece - 1) / rows_a_piece;
    std::vector<similar_documents> pieces(static_cast<std::size_t>(num_pieces));
    per_worker<neighbour_search> searches{run};
    for_each_piece("comparing", num_pieces, run, [&](std::int64_t number, worker& self) {
        auto& search = searches.get(self, matrix, lists, top, threshold);
        auto& piece = pieces[static_cast<std::size_t>(number)];
        auto const last = std::min(num_rows, (number + 1) * rows_a_piece);
        for (auto row = number * rows_a_piece; row < last; ++row) {
            self.checkpoint();
            for (auto const& [similarity, other] : search.find(static_cast<std::uint32_t>(row))) {
                piece.left.push_back(row);
                piece.right.push_back(other);
                piece.similarities.push_back(similarity);
            }
        }
    });
    similar_documents all;
    for (auto& piece : pieces) {
        all.left.insert(all.left.end(), piece.left.begin(), piece.left.end());
        all.right.insert(all.right.end(), piece.right.begin(), piece.right.end());
        all.similarities.insert(all.similarities.end(), piece.similarities.begin(), piece.similarities.end());
        piece = {};
    }
    return all;
}

} // namespace newsgpu::cpu
