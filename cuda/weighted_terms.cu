#include "cuda/weighted_terms.cuh"

#include "backend.hpp"

#include <newsgpu/tfidf.hpp>

namespace newsgpu::cuda {

document_terms<double> weighted_terms(corpus_view corpus, analyzer const& how, execution const& run) {
    auto const counted = count_rows(corpus, how, term_identity::text, run);
    counted->add_up(run);
    auto const idf = inverse_document_frequency(counted->terms().document_counts, corpus.size());
    document_terms<double> made;
    made.matrix = counted->matrix(matrix_options<double>{.idf = idf, .norm = row_norm::l2}, {}, run);
    made.terms = counted->take_terms();
    return made;
}

} // namespace newsgpu::cuda
