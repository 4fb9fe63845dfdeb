#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/shingle_units.cuh"

#include "element/lsh.hpp"
#include "element/similarity_goal.hpp"

#include <cstdint>

// Documents as sets of shingle hashes, for the exact similarity of pairs.

namespace newsgpu::cuda {

/// Documents of a batch whose sets are wanted.
struct wanted_documents {
    view<std::int64_t const> documents; ///< [W] by their numbers in the batch, ascending
    view<std::int64_t const> offsets;   ///< [W + 1] how many shingles, repeats included, come before
    std::int64_t num_shingles;
};

/// The sets of some documents: ascending hashes, each once. There is room for every shingle with its repeats.
struct set_store {
    view<std::uint64_t> hashes;
    view<std::int64_t const> begins; ///< [S + 1] of each set in `hashes`, and the end of them all
    view<std::int64_t> sizes;        ///< [S]
};

/// Device memory for a shingle while sets are made.
inline constexpr std::int64_t sorting_bytes_a_shingle = 48;

/// Makes the sets of the wanted documents, from set `first` on.
template <class Units>
void make_sets(Units const& units, unit_ranges ranges, shingle_rule rule, wanted_documents wanted,
               std::int64_t first, set_store sets, stream const& on);

/// [P] the similarity of every pair of sets, 0 where it does not reach the goal. No set is empty.
device_buffer<double> compare_sets(set_store sets, view<element::packed_pair const> pairs,
                                   element::similarity_goal const& goal, stream const& on);

} // namespace newsgpu::cuda
