#pragma once

#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include "element/lsh.hpp"

// What a backend computes. Arguments have been checked by the caller (src/<noun>.cpp).

namespace newsgpu::cpu {

string_column normalize(corpus_view corpus, normalization form, execution const& run);
tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run);
buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run);
token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run);
near_duplicates_result near_duplicates(corpus_view corpus, near_duplicate_options const& options,
                                       element::lsh_plan const& plan, execution const& run);
duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run);

} // namespace newsgpu::cpu
