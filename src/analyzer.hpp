#pragma once

#include <newsgpu/count.hpp>

namespace newsgpu {

/// @throw invalid_input unless 1 <= min_n <= max_n <= max_length, and words stay words in their form.
void require_analyzer(analyzer const& how, int max_length = max_ngram_length);

/// The tokens that are the parts of n-grams or, for characters in words, whose characters are.
tokenizer tokens_of(analyzer const& how);

} // namespace newsgpu
