#pragma once

#include "cpu/token_sequences.hpp"
#include "ngram_tree.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// The distinct n-grams of some documents, by length, and how often they occur.
struct counted_ngrams {
    struct sums {
        buffer<std::int64_t> counts, document_counts;
    };

    ngram_tree tree;
    /// [n - 1][index]; empty where n-grams of that length only begin longer ones.
    std::vector<sums> levels;
};

/// Counts the n-grams of lengths min_n to max_n by sorting their occurrences. Documents have less than 2^32
/// tokens together.
counted_ngrams count_sequences(token_sequences const& sequences, int min_n, int max_n, execution const& run);

/// Counts the n-grams of words of a corpus; those of about `batch_bytes` of text at once. Whatever that is,
/// the result is the same.
counted_ngrams count_batches(corpus_view corpus, analyzer const& how, std::int64_t batch_bytes,
                             execution const& run);

} // namespace newsgpu::cpu
