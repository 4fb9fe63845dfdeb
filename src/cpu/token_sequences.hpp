#pragma once

#include <newsgpu/tokenize.hpp>

#include <algorithm>
#include <cstdint>

namespace newsgpu::cpu {

/// The tokens of a corpus as numbers, which are equal exactly where the normalized bytes of tokens are, and
/// ascend as these do.
struct token_sequences {
    /// [D + 1]
    buffer<std::int64_t> offsets;
    /// [T]
    buffer<std::uint32_t> tokens;
    /// The text of every number, and the token that is its first.
    string_column words;
    buffer<std::int64_t> first_tokens;

    std::int64_t num_documents() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    std::int64_t size() const { return static_cast<std::int64_t>(tokens.size()); }

    /// The document that a token is in.
    std::int64_t document_of(std::int64_t position) const {
        return std::upper_bound(offsets.begin(), offsets.end(), position) - offsets.begin() - 1;
    }
};

token_sequences read_token_sequences(documents_view documents, tokenizer const& how, execution const& run);

} // namespace newsgpu::cpu
