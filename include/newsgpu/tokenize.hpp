#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/normalize.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace newsgpu {

/// What counts as a token.
enum class token_kind {
    /// Word-like segments (status not 0) of ICU's root word iterator: UAX #29 with ICU's dictionaries.
    words,
    /// Every segment of that iterator, spaces and punctuation included.
    segments,
    /// scikit-learn's default pattern `(?u)\b\w\w+\b` on the lowered text, with Python's `\w`.
    sklearn,
    /// Code points that are not white space.
    characters,
    /// Runs of what is not white space, as Python's `str.split()`.
    whitespace,
    /// Runs of Python's `\w`, in the text as given.
    word_runs,
};

/// Reads `words`, `segments`, `sklearn`, `characters`, `whitespace` or `word_runs`.
/// @throw invalid_input for anything else.
token_kind parse_token_kind(std::string_view name);

/// How text becomes tokens. Segments are found on the text as given; `form` is applied to each token
/// afterwards (`token_kind::sklearn` lowers the text first, as scikit-learn does). A token whose normalized
/// text is one of `stop_words` is dropped.
struct tokenizer {
    token_kind kind = token_kind::words;
    normalization form = normalization::nfkc_casefold;
    /// Compared with the normalized text of a token.
    std::vector<std::string> stop_words = {};
    /// Of `token_kind::word_runs`: those of fewer code points are dropped.
    int min_length = 1;
};

/// Where the tokens of a corpus lie.
struct tokens {
    /// [D + 1]: tokens of document d are `[offsets[d], offsets[d + 1])` of the arrays below.
    buffer<std::int64_t> offsets;
    /// [T] byte positions in the corpus's buffer.
    buffer<std::int64_t> starts, ends;
    /// [T] ICU's rule status: 0 none, 100 number, 200 letter, 400 ideographic or kana; 0 for the kinds
    /// without one.
    buffer<std::uint16_t> status;

    std::int64_t size() const { return static_cast<std::int64_t>(starts.size()); }
};

/// Finds the tokens of every document. Cost: one pass over the text; 18 bytes a token.
/// @throw device_unavailable if `run.device` is not there.
///
///     auto const found = newsgpu::tokenize(corpus, {.kind = newsgpu::token_kind::words});
///     for (auto t = found.offsets[0]; t < found.offsets[1]; ++t)
///         use(found.starts[t], found.ends[t]);
tokens tokenize(corpus_view corpus, tokenizer const& how = {}, execution const& run = {});

/// The number of tokens of every document, `[D]`, without making their positions.
buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how = {}, execution const& run = {});

/// Tokens as text: those of document d are `texts[offsets[d], offsets[d + 1])`, normalized.
struct token_texts {
    buffer<std::int64_t> offsets;
    string_column texts;
};

/// The normalized text of every token of every document.
token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how = {}, execution const& run = {});

} // namespace newsgpu
