#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/execution.hpp>

#include "cpu/kernels.hpp"
#include "cpu/spill_file.hpp"
#include "duplicate_stages.hpp"
#include "element/lsh.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace newsgpu::cpu {

using element::left_of;
using element::pack;
using element::packed_pair;
using element::right_of;

/// Sorts pairs of documents below `num_documents`.
void sort_pairs(buffer<packed_pair>& pairs, std::int64_t num_documents);

/// What is kept of every document's minima: in memory, or in a spill_file of which some is in memory at a
/// time.
class sketches {
public:
    /// @param resident_bytes 0: all is kept in memory.
    sketches(element::lsh_plan const& plan, std::int64_t num_documents, std::int64_t resident_bytes = 0);

    /// The bytes of minima that a device has, without the keys.
    sketches(element::lsh_plan const& plan, std::int64_t num_documents, std::int64_t resident_bytes,
             duplicate_stages& device);

    bool is_spilled() const { return file_.has_value(); }

    /// Stores the minima of `doc`; not where they are spilled. Different documents may be stored at once.
    void store(std::int64_t doc, std::uint32_t const* minima);
    /// Stores those of consecutive documents, kept in memory before. Different ones may be stored at once.
    void store(std::int64_t first_doc, sketches const& some);
    /// After everything is stored, before anything is read.
    void seal();

    /// Whether enough minima of two documents agree for the pair to be worth verifying.
    bool may_reach(std::uint32_t a, std::uint32_t b) const;

    std::uint32_t key(std::int32_t band, std::uint32_t doc) const {
        return keys_[static_cast<std::size_t>(band) * static_cast<std::size_t>(num_documents_) + doc];
    }

    /// Says that so many bytes were read, apart from each other or together.
    void note_reads(std::int64_t num_places, std::int64_t bytes_each) const;

    element::lsh_plan const& plan() const { return plan_; }
    std::int64_t num_documents() const { return num_documents_; }

private:
    element::lsh_plan plan_;
    kernels const* kernels_;
    std::int64_t num_documents_, resident_bytes_;
    std::int64_t key_bytes_;    ///< of all documents, in memory or in the file
    std::uint32_t const* keys_; ///< [bands][documents]
    std::uint8_t const* bytes_; ///< [documents][minima]
    buffer<std::uint32_t> key_memory_;
    buffer<std::uint8_t> byte_memory_;
    std::optional<spill_file> file_;
    std::optional<spill_mapping> mapping_;
    mutable std::atomic<std::int64_t> read_bytes_ = 0;
};

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

class pair_spool;

/// The same, with the pairs handed to `pairs`; returns the heavy buckets. A band is looked through in
/// `key_ranges` parts, which takes so much less memory.
std::vector<bucket> find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                                    std::int64_t key_ranges, pair_spool& pairs, execution const& run);

/// The same on a device, which has read all documents.
std::vector<bucket> find_candidates(duplicate_stages& device, buffer<std::uint32_t> const& documents,
                                    pair_spool& pairs);

} // namespace newsgpu::cpu
