#pragma once

#include "stages.hpp"

#include <newsgpu/tokenize.hpp>

#include <string>

namespace newsgpu::parity {

/// Near-duplicates in one call and in an index, and shared passages.
std::vector<stage> duplicate_stages();

stage finding_passages(std::string const& name, std::int64_t min_tokens, tokenizer const& how);

} // namespace newsgpu::parity
