#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu {

/// The keywords of documents, one entry a keyword, document by document.
struct document_keywords {
    buffer<std::int64_t> documents;
    /// 1 for the best of a document.
    buffer<std::int32_t> ranks;
    string_column terms;
    buffer<double> scores;
};

/// The `top` terms of every document by TF-IDF: count times smoothed idf, rows of norm 1. Equal scores are
/// ordered by text in code point order. A document without terms has no keywords. Cost: that of `count`, and
/// one pass over the matrix.
/// @throw invalid_input if top < 1.
///
///     auto const found = newsgpu::keywords(corpus, 5, {.max_n = 2});
document_keywords keywords(corpus_view corpus, std::int64_t top = 10, analyzer const& how = {.max_n = 2},
                           execution const& run = {});

} // namespace newsgpu
