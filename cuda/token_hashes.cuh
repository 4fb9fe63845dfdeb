#pragma once

#include "cuda/device_tokens.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// [T] element::hash_bytes of each token.
device_buffer<std::uint64_t> hash_tokens(device_tokens_view tokens, std::uint64_t seed, stream const& on);

} // namespace newsgpu::cuda
