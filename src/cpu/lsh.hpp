#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/execution.hpp>

#include "cpu/kernels.hpp"
#include "element/lsh.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Two documents, left < right, in one number that orders by (left, right).
using packed_pair = std::uint64_t;

constexpr packed_pair pack(std::uint32_t left, std::uint32_t right) {
    return static_cast<packed_pair>(left) << 32 | right;
}
constexpr std::uint32_t left_of(packed_pair pair) {
    return static_cast<std::uint32_t>(pair >> 32);
}
constexpr std::uint32_t right_of(packed_pair pair) {
    return static_cast<std::uint32_t>(pair);
}

/// Sorts pairs of documents below `num_documents`.
void sort_pairs(buffer<packed_pair>& pairs, std::int64_t num_documents);

/// What is kept of every document's minima.
class sketches {
public:
    sketches(element::lsh_plan const& plan, std::int64_t num_documents);

    /// Stores the minima of `doc`. Different documents may be stored at once.
    void store(std::int64_t doc, std::uint32_t const* minima);

    /// Whether enough minima of two documents agree for the pair to be worth verifying.
    bool may_reach(std::uint32_t a, std::uint32_t b) const;

    std::uint32_t key(std::int32_t band, std::uint32_t doc) const {
        return keys_[static_cast<std::size_t>(band) * static_cast<std::size_t>(num_documents_) + doc];
    }

    element::lsh_plan const& plan() const { return plan_; }

private:
    element::lsh_plan plan_;
    kernels const* kernels_;
    std::int64_t num_documents_;
    buffer<std::uint32_t> keys_; ///< [bands][documents]
    buffer<std::uint8_t> bytes_; ///< [documents][minima]
};

/// Documents with the same key in one band, ascending.
using bucket = std::vector<std::uint32_t>;

struct candidate_set {
    /// Ascending, each once.
    buffer<packed_pair> pairs;
    /// Buckets too large to compare all of their documents with each other, the smallest first.
    std::vector<bucket> heavy_buckets;
};

/// Pairs among `documents` (ascending) that share a bucket and pass the estimate filter, smaller buckets
/// first until the larger ones have taken some hundred estimates a document; and the buckets beyond that.
candidate_set find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                              execution const& run);

} // namespace newsgpu::cpu
