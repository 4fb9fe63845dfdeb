#pragma once

#include <newsgpu/near_duplicates.hpp>

#include "element/host_device.hpp"
#include "element/jaccard.hpp"

#include <cstdint>

namespace newsgpu::element {

/// What a pair of sets has to reach.
struct similarity_goal {
    set_similarity kind = set_similarity::jaccard;
    double threshold = 0.8;

    NEWSGPU_HD constexpr std::int64_t least_overlap(std::int64_t size_a, std::int64_t size_b) const {
        return kind == set_similarity::jaccard ? least_jaccard_overlap(threshold, size_a, size_b)
                                               : least_containment_overlap(threshold, size_a, size_b);
    }
    /// A lower bound of the above over all sizes b >= size, and for Jaccard of all others too.
    NEWSGPU_HD constexpr std::int64_t least_overlap_with_any(std::int64_t size) const {
        return element::least_overlap(threshold, static_cast<double>(size));
    }
    NEWSGPU_HD constexpr double similarity(std::int64_t size_a, std::int64_t size_b,
                                           std::int64_t common) const {
        return kind == set_similarity::jaccard ? jaccard(size_a, size_b, common)
                                               : containment(size_a, size_b, common);
    }
};

/// How many of a set's shingles, the rarest first, find a partner: of two sets that overlap in m places the
/// smaller one's a - m + 1 rarest members meet the larger one's b - m + 1 rarest (Chaudhuri, Ganti, Kaushik
/// 2006; Bayardo, Ma, Srikant 2007).
struct prefix_lengths {
    std::int64_t probing; ///< by which it looks for larger sets
    std::int64_t listed;  ///< under which a smaller one finds it

    /// @param shared how many of the set's `size` members other sets may have too.
    NEWSGPU_HD static constexpr prefix_lengths of(std::int64_t size, std::int64_t shared,
                                                  similarity_goal const& goal) {
        if (goal.kind == set_similarity::containment) {
            // The smaller set may be as small as it likes.
            return {within(shared, goal.least_overlap_with_any(size)), shared};
        }
        return {within(shared, goal.least_overlap(size, size)),
                within(shared, goal.least_overlap_with_any(size))};
    }

private:
    NEWSGPU_HD static constexpr std::int64_t within(std::int64_t shared, std::int64_t needed) {
        auto const length = shared - needed + 1;
        return length < 0 ? 0 : length < shared ? length : shared;
    }
};

} // namespace newsgpu::element
