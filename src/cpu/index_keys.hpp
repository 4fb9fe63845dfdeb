#pragma once

#include "cpu/jaccard.hpp"
#include "element/hash.hpp"
#include "index_segment.hpp"

#include <cstdint>

// Under which keys a text is entered into the tables of an index, and under which it looks for others.
//
// With bands, texts meet in a table for each band. Without, they meet by prefix filtering (Chaudhuri, Ganti,
// Kaushik 2006) in the order of the hashes, which stays the same whatever is added: of two sets that overlap
// in m places the first common shingle is among the first a - m + 1 of the smaller one. Jaccard bounds m for
// both sides, so prefixes meet prefixes. Containment bounds it for the smaller set alone: its prefix meets
// all of the larger one, which is why prefixes and what is behind them are two tables.

namespace newsgpu::cpu {

/// Shingles with the same key by chance are told apart when their sets are compared.
constexpr std::uint32_t shingle_key(std::uint64_t shingle) {
    return static_cast<std::uint32_t>(element::mix(shingle) >> 32);
}

inline std::int64_t prefix_size(similarity_goal const& goal, std::int64_t set_size) {
    return set_size == 0 ? 0 : set_size - goal.least_overlap_with_any(set_size) + 1;
}

/// Calls `visit(table, key)` for the keys under which a text is entered.
template <class Visit>
void for_each_key(similarity_goal const& goal, shingle_set set, view<std::uint32_t const> band_keys,
                  Visit visit) {
    for (std::int64_t band = 0; band < band_keys.size(); ++band) {
        visit(band, band_keys[band]);
    }
    if (band_keys.empty()) {
        auto const prefix = prefix_size(goal, set.size());
        auto const end = goal.kind == set_similarity::jaccard ? prefix : set.size();
        for (std::int64_t i = 0; i < end; ++i) {
            visit(i < prefix ? 0 : 1, shingle_key(set[i]));
        }
    }
}

/// Calls `visit(table, key)` for the keys under which a text looks for others.
template <class Visit>
void for_each_probe(similarity_goal const& goal, shingle_set set, view<std::uint32_t const> band_keys,
                    Visit visit) {
    if (!band_keys.empty() || goal.kind == set_similarity::jaccard) {
        for_each_key(goal, set, band_keys, visit);
        return;
    }
    auto const prefix = prefix_size(goal, set.size());
    for (std::int64_t i = 0; i < set.size(); ++i) {
        visit(0, shingle_key(set[i]));
        if (i < prefix) {
            visit(1, shingle_key(set[i]));
        }
    }
}

} // namespace newsgpu::cpu
