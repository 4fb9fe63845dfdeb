#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/device_text.cuh"

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

/// Those of NFKC_Casefold text, or any other without ill-formed bytes.
character_units find_characters(text_view text, stream const& on);

} // namespace newsgpu::cuda
