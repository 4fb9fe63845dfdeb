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

/// The sets of those `documents` that share enough shingles with others to reach `goal` with one of them,
/// without the shingles that nobody else has. In order of the documents.
std::vector<shared_set> find_shared_sets(corpus_view corpus, shingle_options const& how,
                                         buffer<std::uint32_t> const& documents, std::int64_t num_shingles,
                                         similarity_goal const& goal, execution const& run);

} // namespace newsgpu::cpu
