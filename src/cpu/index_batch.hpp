#pragma once

#include "cpu/copies.hpp"
#include "cpu/jaccard.hpp"
#include "index_segment.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Documents on their way into an index, or to be held against one.
struct index_batch {
    /// [documents]
    buffer<document_identity> identities;
    /// [documents]: empty for a document without shingles, and for a missing one.
    std::vector<shingle_set> sets;
    /// [documents][minima], [documents][bands]; both without elements where there are no bands.
    buffer<std::uint8_t> sketches;
    buffer<std::uint32_t> keys;
    /// What `sets` point into, unless that is another index.
    std::vector<buffer<std::uint64_t>> memory;

    std::int64_t size() const { return static_cast<std::int64_t>(sets.size()); }
};

/// Documents of a corpus.
index_batch read_batch(corpus_view corpus, duplicate_index_options const& options,
                       element::lsh_plan const& plan, execution const& run);

/// The same of what a device has read.
index_batch read_batch(corpus_view corpus, sketched_sets read, duplicate_index_options const& options,
                       execution const& run);

/// Which text each document of an index has; no_text where it has no shingles.
struct indexed_texts {
    /// [documents]
    buffer<std::uint32_t> text_of_document;
    /// [texts]
    buffer<document_identity> identities;
};
indexed_texts list_texts(index_contents const& contents);

/// Documents `[first, last)` of an index, which must outlive the batch.
index_batch read_batch(index_contents const& contents, indexed_texts const& texts, std::int64_t first,
                       std::int64_t last, execution const& run);

} // namespace newsgpu::cpu
