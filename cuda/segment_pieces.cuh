#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/device_text.cuh"

#include <newsgpu/buffer.hpp>

#include <cstdint>

// Segments as the pieces of a text, each to be read by itself.

namespace newsgpu::cuda {

/// [num_bytes / 32 + 1] text_view::breaks with segments in place of documents.
device_buffer<std::uint32_t> breaks_of_segments(view<std::uint32_t const> ends, std::int64_t num_bytes,
                                                stream const& on);

/// Offsets of the pieces that hold some places, and of the text before, between and behind them; the first
/// is 0. Waits.
/// @param places bytes of the text, in any order, at least one.
buffer<std::int64_t> cut_around(text_view pieces, view<std::int64_t const> places, stream const& on);

} // namespace newsgpu::cuda
