#pragma once

#include "cuda/candidates.cuh"
#include "cuda/shingle_sets.cuh"

#include "element/similarity_goal.hpp"

#include <cstdint>
#include <functional>

// All pairs of sets that reach a goal.

namespace newsgpu::cuda {

/// Counts in how many sets each shingle is. Shingles that share one of the slots count together, which only
/// changes the order in which prefixes are taken.
/// @param frequencies a power of two of slots, to which the counts are added.
void add_frequencies(set_store sets, view<std::uint32_t> frequencies, stream const& on);

/// What is joined, and by what.
struct set_join {
    set_store sets;
    /// Only pairs of one of the first so many sets and one of the others are looked for; 0: all pairs.
    std::int64_t num_left;
    view<std::uint32_t const> frequencies; ///< of these sets and all that they are ever joined with
    element::similarity_goal goal;
    /// Meetings in prefixes that are looked at together, those of a pair that meets again included.
    std::int64_t round;
};

/// Pairs of sets that were compared, ascending, and their similarities, 0 where the goal is not reached.
using compared_pairs = std::function<void(device_pairs const&, device_buffer<double> const&)>;

/// Joins by element::prefix_lengths: postings, one for each shingle in a prefix, are sorted by shingle and by
/// size of the set, so that the partners of a posting lie behind it. A round is a stretch of the numbered
/// meetings of postings, a thread each; bitmaps tell most pairs apart (Sandes, Teodoro, Melo 2020), the
/// others are compared member by member. A pair may come in several rounds.
/// @param poll called before each round with the share of the work that is done.
void join_sets(set_join const& join, stream const& on, std::function<void(double)> const& poll,
               compared_pairs const& take);

} // namespace newsgpu::cuda
