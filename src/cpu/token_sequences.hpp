#pragma once

#include <newsgpu/tokenize.hpp>

#include "token_numbers.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// Numbers that ascend as the bytes of tokens do, and what they stand for.
struct token_sequences : token_numbers {
    /// The text of every number, and the token that is its first.
    string_column words;
    buffer<std::int64_t> first_tokens;
};

token_sequences read_token_sequences(documents_view documents, tokenizer const& how, execution const& run);

} // namespace newsgpu::cpu
