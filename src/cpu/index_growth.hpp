#pragma once

#include "cpu/index_batch.hpp"
#include "index_segment.hpp"

#include <cstdint>
#include <memory>

namespace newsgpu::cpu {

/// The part of an index that a batch makes.
struct batch_segment {
    std::shared_ptr<index_segment const> segment;
    /// [documents]: the text of each, no_text where it has no shingles.
    buffer<std::uint32_t> texts;
};

/// @param ids one a document, or empty.
batch_segment make_segment(index_contents const& contents, index_batch const& batch, corpus_view ids,
                           execution const& run);

/// Merges the last segments as long as one is not twice as large as what follows it: of n documents added, at
/// most log2(n) + 1 segments remain. Segments that lie in a file stay.
void merge_last_segments(index_contents& contents, execution const& run);

} // namespace newsgpu::cpu
