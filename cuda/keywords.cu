#include "backend.hpp"

#include "cuda/row_blocks.cuh"
#include "cuda/row_ranks.cuh"
#include "cuda/weighted_terms.cuh"

namespace newsgpu::cuda {

namespace {

/// Some hundred MB of device memory; a longer row takes what it needs.
constexpr std::int64_t entries_a_batch = std::int64_t{1} << 22;
constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;

} // namespace

document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    staging copies{chunk_bytes};
    auto const weighted = weighted_terms(corpus, how, run);
    auto const& matrix = weighted.matrix;

    document_keywords found;
    buffer<std::int32_t> columns;
    for (std::int64_t row = 0, last; row < matrix.num_rows(); row = last) {
        if (run.monitor != nullptr) {
            run.monitor->poll("ranking", static_cast<double>(row) / static_cast<double>(matrix.num_rows()));
        }
        last = end_of_rows<std::int64_t>(matrix.indptr, row, {.entry = 1}, entries_a_batch);
        auto const best = rank_rows(upload_rows(matrix, row, last, on, copies), top, on);
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
    found.terms = weighted.terms.terms.texts(columns, run);
    return found;
}

} // namespace newsgpu::cuda
