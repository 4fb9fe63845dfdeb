#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu {

/// Neighbours, one entry a pair, by `left`, then by falling similarity, then by `right`.
struct similar_documents {
    buffer<std::int64_t> left, right;
    buffer<double> similarities;
};

/// The `top` nearest documents of every document by the cosine of their TF-IDF rows (smoothed idf), exactly:
/// no candidate is missed. A document is not its own neighbour; documents that share no term are no
/// neighbours. similarity(a, b) and similarity(b, a) have the same bits. Cost: for every document, the
/// lengths of the posting lists of its terms.
/// @param threshold the least similarity reported, 0 to 1.
/// @throw invalid_input if top < 1 or threshold is outside [0, 1].
///
///     auto const pairs = newsgpu::similar(corpus, 10);
similar_documents similar(corpus_view corpus, std::int64_t top = 10, double threshold = 0,
                          analyzer const& how = {}, execution const& run = {});

} // namespace newsgpu
