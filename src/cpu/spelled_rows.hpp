#pragma once

#include "cpu/placed_rows.hpp"

#include <memory>

namespace newsgpu::cpu {

/// Counts documents as n-grams of the characters of their words: what a word spells is found once in a
/// corpus, by sorting, and a document is the sum of its words.
/// @param how of `characters_in_words`.
/// @return null where the distinct words have more characters than positions have numbers.
std::unique_ptr<placed_rows> count_spelled(documents_view documents, analyzer const& how,
                                           execution const& run);

} // namespace newsgpu::cpu
