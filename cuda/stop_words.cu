#include "cuda/stop_words.cuh"

#include "cuda/aligned_text.cuh"
#include "cuda/collectives.cuh"
#include "cuda/device_tokens.cuh"
#include "cuda/launch.cuh"
#include "cuda/token_hashes.cuh"

#include "element/hash.hpp"

#include <bit>
#include <cstring>
#include <iterator>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr std::uint64_t seed = 0;

/// A thread a token.
__global__ void __launch_bounds__(block_threads)
    find_stop_words(device_tokens_view tokens, view<std::uint64_t const> hashes, stop_words_view stops,
                    view<std::uint32_t> is_kept) {
    auto const token = global_rank();
    if (token >= is_kept.size()) {
        return;
    }
    auto const mask = stops.slots.size() - 1;
    bool found = false;
    for (auto at = static_cast<std::int64_t>(hashes[token]) & mask; !found && stops.slots[at] != 0;
         at = (at + 1) & mask) {
        auto const word = std::int64_t{stops.slots[at]} - 1;
        found = same_bytes({tokens.text, tokens.begins[token], tokens.ends[token]},
                           {stops.text, stops.offsets[word], stops.offsets[word + 1]});
    }
    is_kept[token] = found ? 0 : 1;
}

} // namespace

stop_words::stop_words(std::vector<std::string> const& words, stream const& on)
    : text_{0, on}, offsets_{0, on}, slots_{0, on} {
    std::vector<std::int64_t> offsets{0};
    std::string text;
    // At most half full, so that a look for what is not there ends soon.
    std::vector<std::uint32_t> slots(std::bit_ceil(2 * words.size() + 1), 0);
    for (std::size_t number = 0; number < words.size(); ++number) {
        text += words[number];
        offsets.push_back(std::ssize(text));
        auto at = element::hash_bytes(words[number], seed) & (slots.size() - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (slots.size() - 1);
        }
        slots[at] = static_cast<std::uint32_t>(number + 1);
    }
    std::vector<uint4> padded(text.size() / sizeof(uint4) + 1);
    std::memcpy(padded.data(), text.data(), text.size());
    text_ = to_device(newsgpu::view<uint4 const>{padded}, on);
    offsets_ = to_device(newsgpu::view<std::int64_t const>{offsets}, on);
    slots_ = to_device(newsgpu::view<std::uint32_t const>{slots}, on);
    on.synchronize();
}

token_places drop_stop_words(device_tokens_view const& tokens, stop_words const& stops, stream const& on) {
    auto const hashes = hash_tokens(tokens, seed, on);
    token_filter filter{tokens.size(), on};
    launch(on, threads_for(tokens.size(), block_threads), find_stop_words, tokens, hashes.view(),
           stops.view(), filter.flags());
    return filter.apply(tokens, on);
}

} // namespace newsgpu::cuda
