#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/shingle_units.cuh"
#include "cuda/staging.cuh"

#include "duplicate_stages.hpp"
#include "element/lsh.hpp"

#include <cstdint>

namespace newsgpu::cuda {

/// What is made of D documents in one pass over their units.
struct document_sketches {
    device_buffer<std::uint32_t> minima;                    ///< [D][num_minima]
    device_buffer<std::uint64_t> product_sums, placed_sums; ///< [D] see duplicate_stages::summaries
};

template <class Units>
document_sketches sketch(Units const& units, unit_ranges ranges, shingle_rule rule, std::int64_t num_minima,
                         stream const& on);

/// Writes what `all` tells of the documents of a batch, the first of which is document `first`; waits for the
/// device.
void bring_home(document_sketches const& made, unit_ranges ranges, std::int64_t first,
                duplicate_stages::summaries& all, stream const& on, staging& copies);

/// What is kept of the minima of all D documents of a corpus.
struct kept_sketches {
    view<std::uint32_t> keys; ///< [bands][D]
    view<uint4> bytes;        ///< [D][minima / 16] sixteen element::minimum_byte each
};

/// Keeps those of documents `first` and behind.
void keep_sketches(document_sketches const& some, element::lsh_plan const& plan, std::int64_t first,
                   kept_sketches kept, stream const& on);

} // namespace newsgpu::cuda
