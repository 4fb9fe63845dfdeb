#include "backend.hpp"

#include "cuda/row_ranks.cuh"

#include <newsgpu/tfidf.hpp>

#include <algorithm>

namespace newsgpu::cuda {

namespace {

/// Some hundred MB of device memory; a longer row takes what it needs.
constexpr std::int64_t entries_a_batch = std::int64_t{1} << 22;

} // namespace

document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    auto const counted = count_rows(corpus, how, term_identity::text, run);
    counted->add_up(run);
    auto const idf = inverse_document_frequency(counted->terms().document_counts, corpus.size());
    auto const matrix = counted->matrix(matrix_options<double>{.idf = idf, .norm = row_norm::l2}, {}, run);

    document_keywords found;
    buffer<std::int32_t> columns;
    auto const& indptr = matrix.indptr;
    for (std::int64_t row = 0, last; row < matrix.num_rows(); row = last) {
        if (run.monitor != nullptr) {
            run.monitor->poll("ranking", static_cast<double>(row) / static_cast<double>(matrix.num_rows()));
        }
        auto const limit = indptr[static_cast<std::size_t>(row)] + entries_a_batch;
        auto const behind = std::upper_bound(indptr.begin() + row + 1, indptr.end(), limit);
        last = std::max<std::int64_t>(row + 1, behind - indptr.begin() - 1);
        auto const best = rank_rows(matrix, row, last, top, on);
        for (auto doc = row; doc < last; ++doc) {
            auto const at = static_cast<std::size_t>(doc - row);
            for (auto i = best.offsets[at]; i < best.offsets[at + 1]; ++i) {
                found.documents.push_back(doc);
                found.ranks.push_back(static_cast<std::int32_t>(i - best.offsets[at] + 1));
            }
        }
        columns.insert(columns.end(), best.columns.begin(), best.columns.end());
        found.scores.insert(found.scores.end(), best.scores.begin(), best.scores.end());
    }
    found.terms = counted->terms().terms.texts(columns, run);
    return found;
}

} // namespace newsgpu::cuda
