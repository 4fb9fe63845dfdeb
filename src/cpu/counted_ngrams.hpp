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

/// The distinct n-grams of some documents, by length, and where they are.
struct placed_ngrams {
    /// The place where an n-gram appears first has this bit.
    static constexpr std::uint32_t first_bit = std::uint32_t{1} << 31;
    static bool is_first(std::uint32_t number) { return (number & first_bit) != 0; }
    static std::uint32_t without_bit(std::uint32_t number) { return number & (first_bit - 1); }

    ngram_tree tree;
    /// [n - 1][position] the number of the n-gram of length n that begins there, if one does.
    std::vector<buffer<std::uint32_t>> numbers;
};

/// The same for n-grams where they are.
/// @throw std::length_error if there are 2^31 n-grams of one length or more.
placed_ngrams place_sequences(token_sequences sequences, int min_n, int max_n, execution const& run);

/// Counts the n-grams of words of a corpus; those of about `batch_bytes` of text at once. Whatever that is,
/// the result is the same.
counted_ngrams count_batches(corpus_view corpus, analyzer const& how, std::int64_t batch_bytes,
                             execution const& run);

} // namespace newsgpu::cpu
