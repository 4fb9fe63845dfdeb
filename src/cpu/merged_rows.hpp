#pragma once

#include "backend.hpp"
#include "cpu/counted_pieces.hpp"
#include "cpu/merged_terms.hpp"

#include <cstdint>
#include <utility>

namespace newsgpu::cpu {

/// Documents counted by all workers, their terms merged: everything but the matrix.
class merged_rows final : public counted_rows_of<merged_rows> {
public:
    merged_rows(documents_view documents, analyzer const& how, term_identity identity, execution const& run);
    /// Of documents that have been counted with their rows; a matrix then has rows for all `num_documents`.
    merged_rows(counted_pieces counted, std::int64_t num_documents, term_identity identity,
                execution const& run);

    term_counts const& terms() const override { return merged_.terms; }
    term_counts take_terms() override { return std::move(merged_.terms); }
    void add_up(execution const& run) override;

    template <class Value>
    csr_matrix<Value> make_matrix(matrix_options<Value> const& options, mask kept,
                                  execution const& run) const;

private:
    void combine_rows(execution const& run);

    counted_pieces counted_;
    merged_terms merged_;
    std::int64_t num_documents_;
};

} // namespace newsgpu::cpu
