#pragma once

#include "cpu/jaccard.hpp"
#include "cpu/shingle.hpp"
#include "duplicate_stages.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// All pairs of `documents` (ascending, none without shingles) that reach `goal`.
///
/// Shingles that only one document has are dropped by a table of two bits a slot before anything is stored,
/// and documents that cannot reach the threshold with the shingles they share go with them. The rest is
/// joined by element::prefix_lengths. Where that meets more sets than there are large enough ones, as in
/// n-grams of few letters, all of those are looked at. Bitmaps (cpu/set_bitmaps.hpp) tell most pairs apart
/// before their members are compared.
///
/// @param most_shingles [D] how many shingles a document has, repeats included.
/// @param sides [D] where given, only pairs of documents with different sides are found.
joined_pairs join_sets(unit_documents corpus, shingle_options const& how,
                       buffer<std::uint32_t> const& documents, view<std::uint32_t const> most_shingles,
                       similarity_goal const& goal, execution const& run,
                       view<std::uint8_t const> sides = {});

} // namespace newsgpu::cpu
