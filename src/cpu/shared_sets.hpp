#pragma once

#include "cpu/jaccard.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// A document's shingles that other documents may have too.
struct shared_set {
    std::uint32_t doc;
    /// Of the whole set; `shared` holds what is left of it.
    std::int64_t size;
    buffer<std::uint64_t> shared;
};

/// How many shingles the documents have, repeats included.
/// @param most_shingles [D] of every document of the corpus.
std::int64_t count_most_shingles(buffer<std::uint32_t> const& documents,
                                 view<std::uint32_t const> most_shingles);

/// The sets of those `documents` that share enough shingles with others to reach `goal` with one of them,
/// without the shingles that nobody else has. In order of the documents.
std::vector<shared_set> find_shared_sets(unit_documents corpus, shingle_options const& how,
                                         buffer<std::uint32_t> const& documents,
                                         view<std::uint32_t const> most_shingles, similarity_goal const& goal,
                                         execution const& run);

/// Those `documents` that may share enough shingles with others to reach `goal` with one of them, found with
/// about `bytes` of memory: shingles are looked at in parts, and the text is read twice for each.
buffer<std::uint32_t> find_sharing_documents(unit_documents corpus, shingle_options const& how,
                                             buffer<std::uint32_t> const& documents,
                                             view<std::uint32_t const> most_shingles,
                                             similarity_goal const& goal, std::int64_t bytes,
                                             execution const& run);

} // namespace newsgpu::cpu
