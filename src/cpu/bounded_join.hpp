#pragma once

#include "cpu/set_join.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What join_sets finds, with about `bytes` of memory beyond the result (0: what it takes). Documents that
/// share too little are dropped first; where the others do not fit, they are joined block by block in order
/// of size, every two blocks that may have a pair. Sets are made from the text each time: that is as quick as
/// reading them from a file would be.
joined_pairs join_sets_within(std::int64_t bytes, unit_documents corpus, shingle_options const& how,
                              buffer<std::uint32_t> const& documents, view<std::uint32_t const> most_shingles,
                              similarity_goal const& goal, execution const& run);

} // namespace newsgpu::cpu
