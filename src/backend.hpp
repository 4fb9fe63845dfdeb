#pragma once

#include <newsgpu/code_units.hpp>
#include <newsgpu/count.hpp>
#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/shared_passages.hpp>
#include <newsgpu/similar.hpp>
#include <newsgpu/tfidf.hpp>
#include <newsgpu/tokenize.hpp>
#include <newsgpu/vocabulary.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "duplicate_stages.hpp"
#include "element/lsh.hpp"
#include "passage_stages.hpp"
#include "resident_text.hpp"

// What a backend computes. Arguments have been checked by the caller (src/<noun>.cpp), and `run.device` says
// which backend they go to (src/dispatch.hpp). Without CUDA, src/cuda_absent.cpp stands in for cuda/.

namespace newsgpu {

/// When two n-grams are one term.
enum class term_identity {
    /// Where their text is the same: a token "a b" and the pair of tokens "a", "b" are one column.
    text,
    /// Where text and length are the same.
    text_and_length,
};

/// An index with more documents, and what they repeat.
struct index_addition {
    std::shared_ptr<index_contents const> contents;
    duplicate_matches matches;
};

/// Documents that a backend has counted: what counted_documents holds.
class counted_rows {
public:
    virtual ~counted_rows() = default;

    virtual term_counts const& terms() const = 0;
    virtual term_counts take_terms() = 0;
    virtual void add_up(execution const& run) = 0;

    using mask = view<std::uint8_t const>;
    virtual csr_matrix<std::int32_t> matrix(matrix_options<std::int32_t> const& options, mask kept,
                                            execution const& run) const = 0;
    virtual csr_matrix<std::int64_t> matrix(matrix_options<std::int64_t> const& options, mask kept,
                                            execution const& run) const = 0;
    virtual csr_matrix<float> matrix(matrix_options<float> const& options, mask kept,
                                     execution const& run) const = 0;
    virtual csr_matrix<double> matrix(matrix_options<double> const& options, mask kept,
                                      execution const& run) const = 0;
};

/// The matrices of counted_rows by the template `make_matrix` of Rows, which derives from this.
template <class Rows>
class counted_rows_of : public counted_rows {
public:
    csr_matrix<std::int32_t> matrix(matrix_options<std::int32_t> const& options, mask kept,
                                    execution const& run) const override {
        return rows().make_matrix(options, kept, run);
    }
    csr_matrix<std::int64_t> matrix(matrix_options<std::int64_t> const& options, mask kept,
                                    execution const& run) const override {
        return rows().make_matrix(options, kept, run);
    }
    csr_matrix<float> matrix(matrix_options<float> const& options, mask kept,
                             execution const& run) const override {
        return rows().make_matrix(options, kept, run);
    }
    csr_matrix<double> matrix(matrix_options<double> const& options, mask kept,
                              execution const& run) const override {
        return rows().make_matrix(options, kept, run);
    }

private:
    Rows const& rows() const { return static_cast<Rows const&>(*this); }
};

} // namespace newsgpu

namespace newsgpu::cpu {

/// The name of the simd_level in use.
std::string_view instruction_set();

string_column encode_utf8(view<unit_text const> texts, execution const& run);
string_column normalize(corpus_view corpus, normalization form, execution const& run);
tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run);
buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run);
token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run);
/// @param device does the stages that it can; null: the CPU does all.
near_duplicates_result near_duplicates(unit_documents corpus, near_duplicate_options const& options,
                                       element::lsh_plan const& plan, execution const& run,
                                       duplicate_stages* device);
duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run);
/// A device that makes the sketches and sets of documents.
using sketching_device = std::function<sketched_sets(corpus_view)>;
/// @param device reads documents in the CPU's place; empty: the CPU does.
index_addition add_documents(index_contents const& contents, corpus_view corpus, corpus_view ids,
                             match_limits const& limits, execution const& run,
                             sketching_device const& device);
index_addition add_documents(index_contents const& contents, index_contents const& other,
                             match_limits const& limits, execution const& run);
/// @param device does the stages that it can; null: the CPU does all.
passages shared_passages(corpus_view corpus, passage_options const& options, tokenizer const& how,
                         execution const& run, passage_stages* device);
/// A number that changes whenever documents would get other shingles, minima or keys.
std::uint64_t index_fingerprint(duplicate_index_options const& options, element::lsh_plan const& plan);

term_counts count_terms(documents_view documents, analyzer const& how, term_identity identity,
                        execution const& run);
/// The n-grams of a corpus, told apart by text and length, without their order of appearance.
term_counts sum_ngrams(corpus_view corpus, analyzer const& how, execution const& run);
/// Terms that ascend as n-grams are reported: those that have enough, by falling count, and of these the
/// first ones. Without document counts, that many documents are not asked for.
buffer<std::int32_t> select(view<std::int64_t const> counts, view<std::int64_t const> document_counts,
                            ngram_selection const& which, execution const& run);
/// The selected n-grams of a corpus.
ngram_counts report(term_counts const& counted, ngram_selection const& which, execution const& run);
/// N-grams selected within a memory budget, by ascending text, then by length: those of several
/// columns one after another.
std::vector<ngram_counts> count_ngrams(corpus_view corpus, analyzer const& how, ngram_selection const& which,
                                       execution const& run);
std::unique_ptr<counted_rows> count_rows(documents_view documents, analyzer const& how,
                                         term_identity identity, execution const& run);
template <class Value>
csr_matrix<Value> count(documents_view documents, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options, execution const& run);
template <class Value>
csr_matrix<Value> count_hashed(documents_view documents, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run);
/// The texts of `chosen[count]`, or of terms 0 to count - 1 where it is null.
string_column texts(vocabulary const& terms, std::int64_t count, std::int32_t const* chosen,
                    execution const& run);

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm, execution const& run);
document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run);
similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run);

} // namespace newsgpu::cpu

namespace newsgpu::cuda {

/// `no`, `yes` or `emulated`.
char const* build_state();
/// What the kernels are compiled for, as CMake's CUDA_ARCHITECTURES; empty where they are not compiled for a
/// GPU.
char const* architectures();

/// The CUDA devices of this machine.
struct device_search {
    int count;
    char const* why_none; ///< what the driver says where there are none
};
device_search find_devices();

/// A copy of a corpus on the device of `run`. The corpus's memory outlives it.
std::shared_ptr<resident_text const> keep(corpus_view corpus, execution const& run);

/// Bytes of text in a batch from now on, at most; 0 for the usual number. For tests: results do not depend on
/// it.
void limit_batches(std::int64_t num_bytes);

/// What of `how` the kernels cannot do, or null.
char const* missing(tokenizer const& how);
/// What keeps the kernels from making a form, or null.
char const* missing(normalization form);
/// What keeps the kernels from making shingles of such units, or null.
char const* missing(shingle_unit unit);

string_column normalize(corpus_view corpus, normalization form, execution const& run);
tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run);
buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run);
/// The device's part in near_duplicates. It is used by the thread that made it, and the corpus outlives it.
std::unique_ptr<duplicate_stages> make_duplicate_stages(corpus_view corpus,
                                                        near_duplicate_options const& options,
                                                        element::lsh_plan const& plan, execution const& run);

/// Reads documents for an index.
sketched_sets read_sets(corpus_view corpus, near_duplicate_options const& options,
                        element::lsh_plan const& plan, execution const& run);

/// The device's part in shared_passages, likewise.
std::unique_ptr<passage_stages> make_passage_stages(corpus_view corpus, tokenizer const& how,
                                                    execution const& run);

/// What of an analysis the kernels cannot do, or null.
char const* missing(analyzer const& how);

term_counts count_terms(corpus_view corpus, analyzer const& how, term_identity identity,
                        execution const& run);
std::unique_ptr<counted_rows> count_rows(corpus_view corpus, analyzer const& how, term_identity identity,
                                         execution const& run);

template <class Value>
csr_matrix<Value> count(corpus_view corpus, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options, execution const& run);
template <class Value>
csr_matrix<Value> count_hashed(corpus_view corpus, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run);
template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index> matrix, view<Value const> idf, row_norm norm, execution const& run);
document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run);
similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run);

/// Which bits of their hashes decide where terms, and repeated runs of tokens, are looked for from now on;
/// all ones usually. For tests: results do not depend on it.
void weaken_term_hashes(std::uint64_t mask);

/// element::hash_bytes of the normalized text of every token; stop words are not looked at.
struct token_hashes {
    /// [D + 1]: those of document d are `[offsets[d], offsets[d + 1])`.
    buffer<std::int64_t> offsets = buffer<std::int64_t>(1, 0);
    buffer<std::uint64_t> hashes;
};
token_hashes hash_tokens(corpus_view corpus, tokenizer const& how, std::uint64_t seed, execution const& run);

} // namespace newsgpu::cuda
