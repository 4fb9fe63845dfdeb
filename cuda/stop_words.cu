#include "cuda/stop_words.cuh"

#include "cuda/aligned_text.cuh"
#include "cuda/collectives.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/select.cuh"
#include "cuda/token_hashes.cuh"

#include "element/hash.hpp"

#include <bit>
#include <cstring>
#include <iterator>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr std::uint64_t seed = 0;

/// A thread a token, and one behind them all.
__global__ void __launch_bounds__(block_threads)
    find_stop_words(device_tokens_view tokens, view<std::uint64_t const> hashes, stop_words_view stops,
                    view<std::uint32_t> is_kept) {
    auto const token = global_rank();
    if (token >= is_kept.size()) {
        return;
    }
    if (token == tokens.size()) {
        is_kept[token] = 0;
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

/// A thread a document, and one behind them all.
__global__ void __launch_bounds__(block_threads)
    recount_documents(view<std::uint32_t const> num_kept_before, view<std::int64_t const> before_document,
                      view<std::int64_t> out) {
    if (global_rank() < out.size()) {
        out[global_rank()] = num_kept_before[before_document[global_rank()]];
    }
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
    // 32 bits count the tokens of a batch: 2^32 of them would take more memory than any device has.
    device_buffer<std::uint32_t> is_kept{tokens.size() + 1, on}, num_kept_before{is_kept.size(), on};
    device_buffer<std::int64_t> before_document{tokens.before_document.size(), on};
    launch(on, threads_for(is_kept.size(), block_threads), find_stop_words, tokens, hashes.view(),
           stops.view(), is_kept.view());
    exclusive_sum(is_kept.const_view(), num_kept_before.view(), on);
    launch(on, threads_for(before_document.size(), block_threads), recount_documents,
           num_kept_before.const_view(), tokens.before_document, before_document.view());
    auto const flags = is_kept.const_view().subview(0, tokens.size());
    return {select(tokens.begins, flags, on), select(tokens.ends, flags, on), std::move(before_document)};
}

} // namespace newsgpu::cuda
