#include "cpu/memory_plan.hpp"

#include <newsgpu/error.hpp>

#include <algorithm>
#include <string>

namespace newsgpu::cpu {

namespace {

/// Identities, groups, ranks and marks of a document, which are in memory all the time.
constexpr std::int64_t document_bytes = 104;

/// Of a document whose keys of one band are sorted: two entries, a part of the table of keys seen twice.
constexpr std::int64_t scan_bytes = 24;

} // namespace

memory_plan plan_memory(std::int64_t budget, std::int64_t num_documents, element::lsh_plan const& plan,
                        int num_workers) {
    memory_plan made;
    if (budget == 0) {
        return made;
    }
    auto const fixed = document_bytes * num_documents + worker_bytes * num_workers;
    if (budget < fixed + least_bytes) {
        throw invalid_input{"memory_budget must be at least " + std::to_string(fixed + least_bytes) +
                            " bytes for " + std::to_string(num_documents) + " documents and " +
                            std::to_string(num_workers) + " threads, got " + std::to_string(budget)};
    }
    auto const share = (budget - fixed) / 8;
    auto const sketch_bytes = num_documents * (plan.num_minima + std::int64_t{4} * plan.bands);
    made.resident_sketch_bytes = sketch_bytes <= 3 * share ? 0 : 2 * share;
    made.pair_bytes = share;
    made.set_bytes = 2 * share;
    made.join_bytes = 6 * share;
    made.key_ranges =
        std::max<std::int64_t>(1, (num_workers * num_documents * scan_bytes + share - 1) / share);
    return made;
}

} // namespace newsgpu::cpu
