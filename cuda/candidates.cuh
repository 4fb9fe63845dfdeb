#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/sketch.cuh"

#include "element/lsh.hpp"

#include <cstdint>

// Pairs of documents whose sketches are compared. Pairs come in no order, and those of other calls may come
// again.

namespace newsgpu::cuda {

using device_pairs = device_buffer<element::packed_pair>;

/// Documents of buckets of one band.
struct band_members {
    device_pairs pairs; ///< of small buckets, those that pass the estimate filter
    /// The keys and documents of the others, ascending.
    device_buffer<std::uint32_t> large_keys, large_documents;
};

/// Looks through one band.
/// @param documents ascending.
/// @param most a bucket of so many documents is small.
band_members compare_band(kept_sketches kept, element::lsh_plan const& plan, std::int32_t band,
                          view<std::uint32_t const> documents, std::int64_t most, stream const& on);

/// Compares every member of a bucket with those before it.
/// @param begins for each of `members`, where its bucket begins among them.
device_pairs compare_members(kept_sketches kept, element::lsh_plan const& plan,
                             view<std::uint32_t const> members, view<std::int64_t const> begins,
                             stream const& on);

/// All pairs, ascending, each once.
device_pairs merge_pairs(view<device_pairs const> lists, stream const& on);

} // namespace newsgpu::cuda
