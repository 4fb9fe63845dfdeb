#pragma once

#include "cpu/jaccard.hpp"
#include "cpu/lsh.hpp"
#include "cpu/shingle.hpp"

#include <cstdint>

namespace newsgpu::cpu {

struct joined_pairs {
    /// Ascending.
    buffer<packed_pair> pairs;
    buffer<double> similarities;
    /// Pairs that were compared member by member.
    std::int64_t num_candidates = 0;
};

/// All pairs of `documents` (ascending, none without shingles) that reach `goal`.
///
/// Shingles that only one document has are dropped by a table of two bits a slot before anything is stored,
/// and documents that cannot reach the threshold with the shingles they share go with them. The rest is
/// joined by prefixes (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007): of two sets that overlap
/// in m places, the smaller one's a - m + 1 rarest members must meet the larger one's b - m + 1 rarest. Where
/// that meets more sets than there are large enough ones, as in n-grams of few letters, all of those are
/// looked at. Bitmaps (cpu/set_bitmaps.hpp) tell most pairs apart before their members are compared.
///
/// @param num_shingles an estimate of the number of shingles of all documents.
joined_pairs join_sets(corpus_view corpus, shingle_options const& how, buffer<std::uint32_t> const& documents,
                       std::int64_t num_shingles, similarity_goal const& goal, execution const& run);

} // namespace newsgpu::cpu
