#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "element/lsh.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace newsgpu {

/// Documents with the same key in one band, ascending.
using bucket = std::vector<std::uint32_t>;

/// What an exact join finds.
struct joined_pairs {
    buffer<element::packed_pair> pairs; ///< ascending
    buffer<double> similarities;
    /// Pairs that were compared member by member: how many is a matter of the device.
    std::int64_t num_candidates = 0;
};

/// The stages of near_duplicates that a device may do: those that read text or compare many documents. All
/// others are the host's, for every device.
class duplicate_stages {
public:
    virtual ~duplicate_stages() = default;

    /// What one pass over the text of D documents leaves: [D] each.
    struct summaries {
        buffer<std::int64_t> num_units;
        /// The sums of an identity (element/shingle.hpp) over the units.
        buffer<std::uint64_t> product_sums, placed_sums;
    };
    /// Reads all documents, and keeps their keys and bytes of minima on the device. Before everything else.
    virtual summaries read() = 0;

    /// Takes pairs that pass the estimate filter, so many at a time; what it is given is emptied.
    struct pair_sink {
        std::size_t batch_size;
        std::function<void(buffer<element::packed_pair>&)> add;
    };
    /// Compares the documents of every bucket of at most `most` among `documents`, which ascend.
    /// @return buckets of more documents than that, band after band in order of keys.
    virtual std::vector<bucket> compare_buckets(view<std::uint32_t const> documents, std::int64_t most,
                                                pair_sink const& pairs) = 0;
    /// Compares all documents of each bucket with each other.
    virtual void compare_all(std::vector<bucket> const& buckets, pair_sink const& pairs) = 0;

    /// Writes element::minimum_byte of the minima of document `first` and those behind: [documents][minima].
    virtual void copy_minimum_bytes(std::int64_t first, view<std::uint8_t> to) = 0;

    /// All pairs of `documents` that reach the goal; they ascend, and none is without shingles.
    virtual joined_pairs join(view<std::uint32_t const> documents) = 0;

    /// The exact similarity of every pair, 0 where it does not reach `threshold`; `pairs` ascend, and
    /// no document of them is without shingles.
    virtual buffer<double> verify(view<element::packed_pair const> pairs, double threshold) = 0;
};

/// Documents as an index takes them, which a device has read.
struct sketched_sets {
    duplicate_stages::summaries documents;
    /// [D][minima] element::minimum_byte of each, and [D][bands]; without elements where there are no bands.
    buffer<std::uint8_t> sketches;
    buffer<std::uint32_t> keys;
    /// [D + 1] the set of document d is `hashes[offsets[d], offsets[d + 1])`, ascending.
    buffer<std::int64_t> offsets = buffer<std::int64_t>(1, 0);
    buffer<std::uint64_t> hashes;
};

} // namespace newsgpu
