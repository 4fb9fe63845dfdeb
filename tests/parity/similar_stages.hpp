#pragma once

#include "stages.hpp"

namespace newsgpu::parity {

/// Similar documents: of a corpus, and of documents drawn so that searches reach their limits.
std::vector<stage> similar_stages();

} // namespace newsgpu::parity
