#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/weighted_terms.hpp"
#include "element_index.hpp"

#include <algorithm>

namespace newsgpu::cpu {

namespace {

struct scored_term {
    double score;
    std::int32_t column;

    /// Best first; equal scores by column, which is by text.
    friend bool operator<(scored_term const& a, scored_term const& b) {
        return a.score != b.score ? a.score > b.score : a.column < b.column;
    }
};

} // namespace

document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run) {
    constexpr std::int64_t rows_a_piece = 1024;
    auto const weighted = weighted_terms(corpus, how, run);
    auto const& matrix = weighted.matrix;
    auto const num_rows = matrix.num_rows();
    std::vector<std::int64_t> starts(index(num_rows) + 1, 0);
    for (std::size_t row = 0; row < index(num_rows); ++row) {
        starts[row + 1] = starts[row] + std::min(top, matrix.indptr[row + 1] - matrix.indptr[row]);
    }
    auto const total = index(starts.back());
    buffer<std::int32_t> columns(total);
    document_keywords found;
    found.documents.resize(total);
    found.ranks.resize(total);
    found.scores.resize(total);
    for_each_slice("ranking", num_rows, rows_a_piece, run, [&](slice const& some, worker&) {
        std::vector<scored_term> row_terms;
        for (auto row = some.first; row < some.last; ++row) {
            auto const at = index(row);
            row_terms.clear();
            for (auto k = index(matrix.indptr[at]); k < index(matrix.indptr[at + 1]); ++k) {
                row_terms.push_back({matrix.data[k], matrix.indices[k]});
            }
            auto const kept = starts[at + 1] - starts[at];
            std::partial_sort(row_terms.begin(), row_terms.begin() + kept, row_terms.end());
            auto out = index(starts[at]);
            for (std::int32_t rank = 1; rank <= kept; ++rank, ++out) {
                auto const& [score, column] = row_terms[index(rank) - 1];
                found.documents[out] = row;
                found.ranks[out] = rank;
                found.scores[out] = score;
                columns[out] = column;
            }
        }
    });
    found.terms = weighted.terms.terms.texts(columns, run);
    return found;
}

} // namespace newsgpu::cpu
