#pragma once

#include "cuda/device_buffer.cuh"

#include "token_numbers.hpp"

#include <cstdint>
#include <functional>

namespace newsgpu::cuda {

/// The runs of n tokens whose hash occurs more than once: see passage_stages. Hashes are looked at in ranges,
/// one after another, each over all tokens, so that those of one range fit the memory.
/// @param most_bytes of device memory.
/// @param poll called with the share of the work that is done.
/// @throw out_of_device_memory if runs that are alike do not fit together.
buffer<hashed_run> find_repeated_runs(token_numbers const& numbers, std::int64_t n, std::int64_t most_bytes,
                                      stream const& on, std::function<void(double)> const& poll);

} // namespace newsgpu::cuda
