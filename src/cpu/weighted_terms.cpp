#include "cpu/weighted_terms.hpp"

#include <newsgpu/tfidf.hpp>

#include "backend.hpp"

namespace newsgpu::cpu {

document_terms<double> weighted_terms(corpus_view corpus, analyzer const& how, execution const& run) {
    auto counted = cpu::count<double>(corpus, how, run);
    auto const idf = inverse_document_frequency(counted.terms.document_counts, corpus.size());
    cpu::weigh<double, std::int64_t, std::int32_t>(counted.matrix, idf, row_norm::l2, run);
    return counted;
}

} // namespace newsgpu::cpu
