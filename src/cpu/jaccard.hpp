#pragma once

#include <newsgpu/near_duplicates.hpp>

#include "cpu/lsh.hpp"
#include "cpu/shingle.hpp"
#include "element/similarity_goal.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// A set of shingle hashes: ascending, each once.
using shingle_set = view<std::uint64_t const>;

using element::similarity_goal;

/// |A n B|, or some number below `needed` as soon as `needed` is out of reach.
std::int64_t count_common(shingle_set a, shingle_set b, std::int64_t needed);

/// The exact similarity of every pair, `pairs` in ascending order: 0 where `goal` is not reached. Neither
/// document of a pair may be without shingles. Shingles are made from the text again, and looked up in a
/// table that each worker has; sets that are too large for its share of `set_bytes` are sorted, once for
/// each round of pairs whose documents' sets fit. Pairs that hang together are taken together where they can.
///
/// @param most_shingles [D] how many shingles a document may have at the most.
buffer<double> verify_pairs(unit_documents corpus, shingle_options const& how,
                            buffer<packed_pair> const& pairs, similarity_goal const& goal,
                            execution const& run, std::int64_t set_bytes,
                            view<std::uint32_t const> most_shingles);

} // namespace newsgpu::cpu
