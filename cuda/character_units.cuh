#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/device_text.cuh"
#include "cuda/segments.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The characters that shingles are made of: the code points of documents with every run of white space
/// folded to one space and the ends trimmed.
struct character_units {
    device_buffer<std::uint32_t> code_points;
    /// [D] where documents begin, and [D + 1] the places between them. A document that begins with white
    /// space begins one behind its place: that code point is a space of no document.
    device_buffer<std::int64_t> begins, places;
};

/// What is kept of white space beside the characters that are none.
enum class kept_spaces {
    before_words, ///< of each run the last one, where something follows in its document
    last_of_run,  ///< of each run the last one
    all,
};

/// The code points of a text as segments, of which those are tokens that are kept.
class marked_characters {
public:
    marked_characters(text_view text, kept_spaces spaces, stream const& on);

    segments_view view() { return {found_.ends.view(), kept_.view(), chunk_counts_.view(), {}, {}}; }
    /// Bit i: a character ends with byte i that is no white space.
    newsgpu::view<std::uint32_t const> not_spaces() const { return found_.tokens.view(); }

private:
    segments found_;
    device_buffer<std::uint32_t> kept_;
    device_buffer<std::int64_t> chunk_counts_;
};

/// Those of NFKC_Casefold text, or any other without ill-formed bytes.
character_units find_characters(text_view text, stream const& on);

} // namespace newsgpu::cuda
