#pragma once

#include <newsgpu/near_duplicates.hpp>

#include "cpu/clusters.hpp"
#include "cpu/jaccard.hpp"
#include "cpu/lsh.hpp"
#include "cpu/shingle.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

struct keeper_comparison {
    /// Pairs that reach the goal, in ascending order.
    duplicate_pairs pairs;
    std::int64_t num_candidates = 0;
    /// Pairs in a bucket that were not compared, counted once for each bucket they share.
    std::int64_t num_uncompared = 0;
};

/// Compares the documents of buckets that are too large to compare all with each other: in keep order, each
/// one with those of its buckets that became keepers before it, smaller buckets first, up to a number that
/// does not depend on the corpus. A bucket of m documents that are all alike costs m comparisons; one of
/// documents that stay just below the threshold costs no more than m times that number.
///
/// @param set_bytes how much the sets of keepers may take that are kept for the next comparison.
/// @param known pairs found elsewhere, in order; they take part in deciding who is a keeper.
keeper_comparison compare_with_keepers(unit_documents corpus, shingle_options const& how, sketches const& all,
                                       std::vector<bucket> const& buckets, duplicate_pairs const& known,
                                       copy_groups const& groups, keep_order const& order,
                                       similarity_goal const& goal, std::int64_t set_bytes,
                                       execution const& run);

/// Two lists of pairs in ascending order as one, none of them in both.
duplicate_pairs merge_pairs(duplicate_pairs const& a, duplicate_pairs const& b);

} // namespace newsgpu::cpu
