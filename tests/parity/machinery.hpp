#pragma once

#include "stages.hpp"

namespace newsgpu::parity {

/// What the answers for a corpus do not show, to be run first: that tables are there for every stream, which
/// tiles go to ICU, that a copy outlives what made it, and that a call that was stopped leaves nothing behind
/// that disturbs the next one.
std::vector<stage> machinery_stages();

} // namespace newsgpu::parity
