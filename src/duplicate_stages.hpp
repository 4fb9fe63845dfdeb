#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "element/lsh.hpp"

#include <cstdint>
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
        /// The sums of element::identity_term and of element::second_identity_term over the units.
        buffer<std::uint64_t> first_sums, second_sums;
    };
    /// Reads all documents, and keeps their keys and bytes of minima on the device. Before everything else.
    virtual summaries read() = 0;

    struct compared_buckets {
        /// Pairs that pass the estimate filter, ascending, each once.
        buffer<element::packed_pair> pairs;
        /// Buckets of more than so many documents, band after band in order of keys.
        std::vector<bucket> large;
    };
    /// Compares the documents of every bucket of at most `most` among `documents`, which ascend.
    virtual compared_buckets compare_buckets(view<std::uint32_t const> documents, std::int64_t most) = 0;
    /// Pairs of documents of one bucket that pass the estimate filter, ascending, each once.
    virtual buffer<element::packed_pair> compare_all(std::vector<bucket> const& buckets) = 0;

    /// [D][minima] element::minimum_byte of each.
    virtual buffer<std::uint8_t> minimum_bytes() = 0;

    /// All pairs of `documents` that reach the goal; they ascend, and none is without shingles.
    virtual joined_pairs join(view<std::uint32_t const> documents) = 0;

    /// The exact similarity of every pair, 0 where it does not reach `threshold`; `pairs` ascend, and
    /// no document of them is without shingles.
    virtual buffer<double> verify(view<element::packed_pair const> pairs, double threshold) = 0;
};

} // namespace newsgpu
