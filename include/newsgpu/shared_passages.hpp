#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/tokenize.hpp>

#include <cstdint>

namespace newsgpu {

struct passage_options {
    /// The shortest passage, in tokens; at least 1.
    std::int64_t min_tokens = 20;
    /// [D] which documents come from the same source, by any number; empty: all of them do.
    view<std::int32_t const> sources = {};
};

/// P passages that two documents share, in order of (left, right, left_start, right_start).
struct passages {
    /// [P] left < right.
    buffer<std::int64_t> left, right;
    /// [P] bytes from the beginning of the document: of the first token, and behind the last one.
    buffer<std::int64_t> left_start, left_end, right_start, right_end;
    buffer<std::int64_t> num_tokens;
    /// [P] any `min_tokens` consecutive tokens of the passage are in at least this many documents.
    buffer<std::int64_t> num_documents;
    /// [P] and in at least this many documents of one source: many for boilerplate, few for what others
    /// quote.
    buffer<std::int64_t> source_documents;
    /// Runs of `min_tokens` that lie in too many places for each pair of them to be compared; see
    /// `shared_passages`.
    std::int64_t crowded_runs = 0;

    std::int64_t size() const { return static_cast<std::int64_t>(left.size()); }
};

/// Finds the passages that documents share: maximal runs of at least `min_tokens` equal tokens, each as long
/// as the tokens before and behind it differ or a document ends. Tokens are compared by their normalized
/// bytes.
///
/// A run of `min_tokens` that lies in at most 100 places gives every passage that begins with it. Of those in
/// more places the cheapest do too, as long as 2^28 comparisons of tokens suffice for all of them; the rest
/// are crowded: of each document that has such a run, the first place is compared with the first place of
/// all. So a passage of any number of documents is found in each of them, together with the first document
/// that has it, and there are at most 50 passages for each repeated token and 2^28 / `min_tokens` more.
///
/// Cost: two passes over the tokens, and one over the documents found; 12 bytes a token, 16 a repeated one.
/// The start of a passage is where its first `min_tokens` tokens agree and the ones before them do not, which
/// each passage has exactly once (Gusfield, Algorithms on Strings, Trees, and Sequences, 1997, section 7.12).
///
///     auto const found = newsgpu::shared_passages(corpus, {.min_tokens = 12});
///     for (std::int64_t p = 0; p < found.size(); ++p)
///         show(corpus[found.left[p]].substr(found.left_start[p], found.left_end[p] - found.left_start[p]));
///
/// @throw invalid_input if `min_tokens` is below 1 or `sources` has another size than the corpus.
passages shared_passages(corpus_view corpus, passage_options const& options = {}, tokenizer const& how = {},
                         execution const& run = {});

} // namespace newsgpu
