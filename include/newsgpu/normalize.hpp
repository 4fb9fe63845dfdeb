#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <string_view>

namespace newsgpu {

/// Which form text is brought to. `lower` is Python's `str.lower`; `strip_accents` and `strip_accents_ascii`
/// are scikit-learn's `strip_accents="unicode"` and `"ascii"` (compatibility decomposition without combining
/// characters, or without all that is not ASCII); the others are Unicode's (UAX #15; section 3.13).
enum class normalization {
    none,
    nfc,
    nfkc,
    nfkc_casefold,
    casefold,
    lower,
    strip_accents,
    strip_accents_ascii
};

/// Reads `nfc`, `nfkc`, `nfkc_casefold`, `casefold`, `lower`, `strip_accents`, `strip_accents_ascii` or
/// `none`.
/// @throw invalid_input for anything else.
normalization parse_normalization(std::string_view name);

/// Every document in the given form, ill-formed UTF-8 replaced by U+FFFD.
///
/// A missing document becomes an empty one. With `normalization::none` well-formed text comes back as it is.
/// Cost: one pass over the text and a copy of it.
///
///     auto const folded = newsgpu::normalize(corpus, newsgpu::normalization::nfkc_casefold);
string_column normalize(corpus_view corpus, normalization form, execution const& run = {});

} // namespace newsgpu
