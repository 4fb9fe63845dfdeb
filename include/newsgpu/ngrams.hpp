#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu {

/// Which n-grams to report: those with at least `min_count` occurrences in at least `min_documents`
/// documents, and of these the first `top` (-1: all); and how much memory it may take to find them.
struct ngram_selection {
    std::int64_t top = -1;
    std::int64_t min_count = 1;
    std::int64_t min_documents = 1;
    /// Bytes beyond the text and the result; 0: whatever it takes. N-grams that do not fit wait in a
    /// temporary file (TMPDIR names its folder), which has no name and is gone with the process. The result
    /// is the same.
    std::int64_t memory_budget = 0;
};

/// N-grams by falling count; equal counts by text in code point order, then by length.
struct ngram_counts {
    string_column terms;
    buffer<std::int8_t> n;
    buffer<std::int64_t> counts, document_counts;
};

/// Counts all n-grams of a corpus exactly. An empty corpus has none.
/// Cost: one pass over the text and one sort for each length; 24 bytes for each distinct n-gram, and about
/// as many for each token of 128 MB of text at most; text is made for the selected alone. With a memory
/// budget every distinct n-gram of a batch is written and read once.
/// @throw invalid_input unless 1 <= min_n <= max_n <= 127, top >= -1 and the minima are at least 1; if the
///   budget is negative or less than what the workers take in any case.
/// @throw std::filesystem::filesystem_error if a temporary file cannot be written.
///
///     auto const bigrams = newsgpu::count_ngrams(corpus, {.min_n = 2, .max_n = 2}, {.top = 20});
///     for (std::int64_t i = 0; i < bigrams.terms.size(); ++i)
///         use(bigrams.terms[i], bigrams.counts[i]);
ngram_counts count_ngrams(corpus_view corpus, analyzer const& how = {}, ngram_selection const& which = {},
                          execution const& run = {});

} // namespace newsgpu
