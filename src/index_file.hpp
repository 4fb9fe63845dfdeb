#pragma once

#include "index_segment.hpp"

#include <filesystem>
#include <memory>

namespace newsgpu {

// The format is described in docs/index-format.md.

/// @throw std::filesystem::filesystem_error
void write_index(index_contents const& contents, std::filesystem::path const& path, execution const& run);

/// @param verify reads every byte and compares checksums.
/// @throw corrupt_file, invalid_input, std::filesystem::filesystem_error; see `duplicate_index::load`.
std::shared_ptr<index_contents const> read_index(std::filesystem::path const& path, bool verify,
                                                 execution const& run);

} // namespace newsgpu
