#pragma once

#include "cpu/jaccard.hpp"
#include "cpu/shingle_table.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// Whether a table of at most `max_shingles` holds both documents of a pair.
inline bool fit_table(packed_pair pair, std::int64_t max_shingles, view<std::uint32_t const> most_shingles) {
    return std::int64_t{most_shingles[left_of(pair)]} + most_shingles[right_of(pair)] <= max_shingles;
}

/// Writes the exact similarity of `pairs[p]` to `similarities[p]`, 0 where `goal` is not reached; nothing
/// for a pair that fits no table.
///
/// Pairs that hang together are taken together: each document is read once for up to
/// `shingle_table::max_leaders` others that it is compared with.
///
/// @param max_shingles what the table of one worker may hold.
void verify_by_tables(unit_documents corpus, shingle_options const& how, buffer<packed_pair> const& pairs,
                      similarity_goal const& goal, execution const& run, std::int64_t max_shingles,
                      view<std::uint32_t const> most_shingles, buffer<double>& similarities);

} // namespace newsgpu::cpu
