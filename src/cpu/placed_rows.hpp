#pragma once

#include "backend.hpp"
#include "cpu/counted_ngrams.hpp"
#include "cpu/counted_pieces.hpp"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// Documents counted by sorting n-grams: all workers number them alike, in the order in which they appear, so
/// rows need no second sort when they become a matrix.
class placed_rows final : public counted_rows {
public:
    struct documents {
        std::vector<document_range> ranges;
        /// [documents] ascending by `term`, the place of an n-gram in the order of appearance.
        std::vector<row_store::list> rows;
        /// Where the rows are.
        std::vector<row_store> stores;
    };

    placed_rows(term_counts terms, documents counted)
        : terms_{std::move(terms)}, ranges_{std::move(counted.ranges)}, rows_{std::move(counted.rows)},
          stores_{std::move(counted.stores)} {}

    /// Counts n-grams of words.
    /// @return null where several n-grams have one text, which only merged_rows can add up, and where there
    ///   are more words than positions have numbers.
    static std::unique_ptr<placed_rows> make(documents_view documents, analyzer const& how,
                                             execution const& run);

    term_counts const& terms() const override { return terms_; }
    term_counts take_terms() override { return std::move(terms_); }
    void add_up(execution const& run) override;

    csr_matrix<std::int32_t> matrix(matrix_options<std::int32_t> const& options, mask kept,
                                    execution const& run) const override {
        return make_matrix(options, kept, run);
    }
    csr_matrix<std::int64_t> matrix(matrix_options<std::int64_t> const& options, mask kept,
                                    execution const& run) const override {
        return make_matrix(options, kept, run);
    }
    csr_matrix<float> matrix(matrix_options<float> const& options, mask kept,
                             execution const& run) const override {
        return make_matrix(options, kept, run);
    }
    csr_matrix<double> matrix(matrix_options<double> const& options, mask kept,
                              execution const& run) const override {
        return make_matrix(options, kept, run);
    }

private:
    class maker;

    template <class Value>
    csr_matrix<Value> make_matrix(matrix_options<Value> const& options, mask kept,
                                  execution const& run) const;

    term_counts terms_;
    std::vector<document_range> ranges_;
    std::vector<row_store::list> rows_;
    std::vector<row_store> stores_;
};

} // namespace newsgpu::cpu
