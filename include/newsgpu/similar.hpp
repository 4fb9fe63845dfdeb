#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu {

/// Neighbours, one entry a pair, by `left`, then by falling similarity, then by `right`.
struct similar_documents {
    buffer<std::int64_t> left, right;
    buffer<double> similarities;
};

/// The `top` nearest documents of every document by the cosine of their TF-IDF rows (smoothed idf), exactly:
/// none is missed. A document is not its own neighbour; documents that share no term are no neighbours.
///
/// similarity(a, b) = min(1, a.b / sqrt(a.a b.b)), so none is above 1, documents with the same terms as often
/// are at exactly 1, and similarity(a, b) and similarity(b, a) have the same bits. Cost: quadratic in the
/// number of documents, about 64 multiplications a pair, and 16 bytes an entry of the matrix, 400 a document
/// and at most 70 a document for each of the `top` beside it. On a device a multiplication a term that a
/// pair shares, and the memory that `run.device_memory` allows.
/// @param threshold the least similarity reported, 0 to 1.
/// @throw invalid_input if top < 1, threshold is outside [0, 1] or there are 2^32 - 1 documents or more.
///
///     auto const pairs = newsgpu::similar(corpus, 10);
similar_documents similar(corpus_view corpus, std::int64_t top = 10, double threshold = 0,
                          analyzer const& how = {}, execution const& run = {});

} // namespace newsgpu
