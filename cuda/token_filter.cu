#include "cuda/token_filter.cuh"

#include "cuda/collectives.cuh"
#include "cuda/device_tokens.cuh"
#include "cuda/document_rows.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"
#include "cuda/select.cuh"

#include "element/utf8.hpp"

#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// A thread a token.
__global__ void __launch_bounds__(block_threads)
    find_long_tokens(device_tokens_view tokens, int min_length, view<std::uint32_t> is_kept) {
    auto const token = global_rank();
    if (token >= is_kept.size()) {
        return;
    }
    int length = 0;
    for (auto at = tokens.begins[token]; at < tokens.ends[token] && length < min_length; ++at) {
        length += element::is_continuation(static_cast<unsigned char>(tokens.bytes()[at])) ? 0 : 1;
    }
    is_kept[token] = length >= min_length ? 1 : 0;
}

} // namespace

token_filter::token_filter(std::int64_t num_tokens, stream const& on) : flags_{num_tokens + 1, on} {
    fill_bytes(flags_.view().subview(num_tokens, 1), 0, on);
}

token_places token_filter::apply(device_tokens_view const& tokens, stream const& on) const {
    device_buffer<std::uint32_t> num_kept_before{flags_.size(), on};
    device_buffer<std::int64_t> before_document{tokens.before_document.size(), on};
    exclusive_sum(flags_.view(), num_kept_before.view(), on);
    recount_documents(num_kept_before.const_view(), tokens.before_document, before_document.view(), on);
    auto const flags = flags_.view().subview(0, tokens.size());
    return {select(tokens.begins, flags, on), select(tokens.ends, flags, on), std::move(before_document)};
}

token_places drop_short_tokens(device_tokens_view const& tokens, int min_length, stream const& on) {
    token_filter filter{tokens.size(), on};
    launch(on, threads_for(tokens.size(), block_threads), find_long_tokens, tokens, min_length,
           filter.flags());
    return filter.apply(tokens, on);
}

} // namespace newsgpu::cuda
