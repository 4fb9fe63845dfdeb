#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/csr.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/term_index.hpp>
#include <newsgpu/tfidf.hpp>
#include <newsgpu/tokenize.hpp>
#include <newsgpu/vocabulary.hpp>

#include <cstdint>
#include <memory>

namespace newsgpu {

/// What the parts of a term are.
enum class ngram_unit {
    /// Tokens, joined by a space.
    words,
    /// Code points of the text, runs of two or more white spaces folded to one space.
    characters,
    /// Code points of the words between white space, each with a space before and behind it. A padded word
    /// shorter than `min_n` is one term.
    characters_in_words,
};

/// Reads `word`, `char` or `char_wb`, scikit-learn's names.
/// @throw invalid_input for anything else.
ngram_unit parse_ngram_unit(std::string_view name);

/// How a document becomes terms: its n-grams of `min_n` to `max_n` parts.
struct analyzer {
    ngram_unit unit = ngram_unit::words;
    int min_n = 1, max_n = 1;
    /// How words are found; used where `unit` is `words`.
    tokenizer tokens = {};
    /// What text is brought to before its characters are read; used where `unit` is not `words`. For
    /// `characters_in_words` one of none, lower, casefold and nfc: others may put a space into a word.
    normalization form = normalization::lower;
};

/// The longest n-gram that can be counted.
inline constexpr int max_ngram_length = 255;

/// The terms of a corpus.
struct term_counts {
    vocabulary terms;
    /// [V] occurrences of term i, and documents that hold it.
    buffer<std::int64_t> counts, document_counts;
    /// [V] the terms in the order in which the corpus shows them: document by document, shorter n-grams
    /// first.
    buffer<std::int32_t> appearance;
};

/// The terms of a corpus and how often each document holds them.
template <class Value>
struct document_terms {
    term_counts terms;
    /// Rows are ordered by first appearance in the corpus, not by column: scikit-learn's `fit_transform`
    /// returns them so, and sums over a row depend on it.
    csr_matrix<Value> matrix;
};

/// Counts the terms of a corpus. Cost: one pass over the text and memory for the distinct terms of each
/// worker. An empty corpus has no terms.
/// @throw invalid_input unless 1 <= min_n <= max_n <= max_ngram_length.
/// @throw device_unavailable if `run.device` is not there.
///
///     auto const counted = newsgpu::count_terms(corpus, {.max_n = 2});
///     for (std::int64_t i = 0; i < counted.terms.size(); ++i)
///         use(counted.terms.text(i), counted.counts[i]);
term_counts count_terms(documents_view documents, analyzer const& how = {}, execution const& run = {});

/// Counts the terms of every document. `Value` is `std::int64_t`, `std::int32_t`, `double` or `float`.
/// Cost: as `count_terms`, and 8 bytes and a matrix entry for each distinct term of each document.
template <class Value>
document_terms<Value> count(documents_view documents, analyzer const& how = {}, execution const& run = {});

/// What becomes of counts while they are written to a matrix.
template <class Value>
struct matrix_options {
    /// Every count becomes 1.
    bool binary = false;
    /// [columns] what counts are multiplied by; empty: nothing. For `float` and `double` only, as is `norm`.
    view<Value const> idf = {};
    /// What each row is divided by then, as `weigh` does.
    row_norm norm = row_norm::none;
};

class counted_rows;

/// Documents that have been counted but are no matrix yet: its columns and weights may depend on the terms.
///
///     newsgpu::counted_documents counted{corpus};
///     counted.add_up();
///     auto const idf = newsgpu::inverse_document_frequency(counted.terms().document_counts, corpus.size());
///     auto const matrix = counted.matrix<double>({.idf = idf, .norm = newsgpu::row_norm::l2});
class counted_documents {
public:
    /// @throw as `count_terms`. Cost: as `count_terms`, and 8 bytes for each distinct term of each document,
    /// or 4 for each token where `max_n` is 1.
    explicit counted_documents(documents_view documents, analyzer const& how = {}, execution const& run = {});
    counted_documents(counted_documents&&) noexcept;
    counted_documents& operator=(counted_documents&&) noexcept;
    ~counted_documents();

    /// `counts` and `document_counts` are empty until `add_up`.
    term_counts const& terms() const;

    /// Fills `counts` and `document_counts` of the terms. Cost: one pass over the entries.
    void add_up(execution const& run = {});

    /// The matrix of the terms for which `kept` is not 0 (empty: of all), columns renumbered; rows in the
    /// order that `document_terms` has. Cost: 16 bytes an entry at most, and as much again for rows that are
    /// finished before those in front of them; where `max_n` is 1, address space for an entry a token, of
    /// which only the entries are touched.
    /// @throw invalid_input unless `kept` has one entry a term and `idf` one a kept term.
    template <class Value>
    csr_matrix<Value> matrix(matrix_options<Value> const& options = {}, view<std::uint8_t const> kept = {},
                             execution const& run = {}) const;

    /// The terms, and nothing else afterwards.
    term_counts take_terms() &&;

private:
    std::unique_ptr<counted_rows> rows_;
};

/// Counts the terms that `columns` knows and ignores the others; rows ascend by column.
/// @throw invalid_input unless `options.idf` has one entry a column.
template <class Value>
csr_matrix<Value> count(documents_view documents, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options = {}, execution const& run = {});

/// Columns by hash instead of by vocabulary (Weinberger et al. 2009), as scikit-learn's HashingVectorizer
/// takes them: column |h| mod `num_features`, where h is the signed 32-bit MurmurHash3 of the term's UTF-8
/// with seed 0.
struct feature_hashing {
    std::int32_t num_features = 1 << 20;
    /// Count -1 where h < 0, so that what collides cancels on average. Sums of 0 stay as entries.
    bool alternate_sign = true;
};

/// Counts hashed terms; rows ascend by column. Memory does not grow with the number of distinct terms.
/// @throw invalid_input unless num_features >= 1.
template <class Value>
csr_matrix<Value> count_hashed(documents_view documents, analyzer const& how,
                               feature_hashing const& hashing = {}, matrix_options<Value> const& options = {},
                               execution const& run = {});

/// Where terms go under feature hashing.
struct hashed_terms {
    buffer<std::int32_t> columns;
    /// -1 where the hash is negative, else 1.
    buffer<std::int8_t> signs;
};

/// The column and sign of each of `terms` (one a document).
/// @throw invalid_input unless num_features >= 1.
hashed_terms hash_terms(corpus_view terms, std::int32_t num_features);

} // namespace newsgpu
