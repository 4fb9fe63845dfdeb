#pragma once

#include "element/lsh.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What a call within a budget takes in any case: scratch of a worker, and what is left to share out.
inline constexpr std::int64_t worker_bytes = std::int64_t{2} << 20, least_bytes = std::int64_t{2} << 20;

/// How a budget for working memory is shared out. Results do not depend on it.
struct memory_plan {
    /// Sketches wait in a file, of which this much is in memory at a time; 0: they are kept in memory.
    std::int64_t resident_sketch_bytes = 0;
    /// For pairs of documents that are to be verified; 0: as much as they take.
    std::int64_t pair_bytes = 0;
    /// For the sets of documents that are being compared.
    std::int64_t set_bytes = std::int64_t{1} << 26;
    /// For an exact join; 0: as much as it takes.
    std::int64_t join_bytes = 0;
    /// The keys of a band are looked through in this many ranges, one after another.
    std::int64_t key_ranges = 1;
};

/// @param budget bytes, 0 for no limit.
/// @throw invalid_input if it is less than what the documents take in any case.
memory_plan plan_memory(std::int64_t budget, std::int64_t num_documents, element::lsh_plan const& plan,
                        int num_workers);

} // namespace newsgpu::cpu
