#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu::cuda {

/// The TF-IDF rows of a corpus: smoothed idf, l2 norm, terms in order of first appearance. They are made on
/// the device of `run` and brought home.
document_terms<double> weighted_terms(corpus_view corpus, analyzer const& how, execution const& run);

} // namespace newsgpu::cuda
