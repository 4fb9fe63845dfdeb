#include "cuda/token_hashes.cuh"

#include "cuda/aligned_text.cuh"
#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"

#include "element/hash.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// A thread a token: most are one step.
__global__ void __launch_bounds__(block_threads)
    hash_each(device_tokens_view tokens, element::byte_hasher hasher, view<std::uint64_t> hashes) {
    auto const token = global_rank();
    if (token >= tokens.size()) {
        return;
    }
    aligned_text const text{tokens.text};
    auto at = tokens.begins[token];
    auto const end = tokens.ends[token];
    auto const length = static_cast<std::uint64_t>(end - at);
    std::uint64_t state = 0;
    for (; end - at > 16; at += 16) {
        state = hasher.step(state, text.load(at, end), text.load(at + 8, end));
    }
    hashes[token] = hasher.finish(state, text.load(at, end), text.load(at + 8, end), length);
}

} // namespace

device_buffer<std::uint64_t> hash_tokens(device_tokens_view tokens, std::uint64_t seed, stream const& on) {
    device_buffer<std::uint64_t> hashes{tokens.size(), on};
    launch(on, threads_for(tokens.size(), block_threads), hash_each, tokens, element::byte_hasher{seed},
           hashes.view());
    return hashes;
}

} // namespace newsgpu::cuda
