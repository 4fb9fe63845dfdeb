#pragma once

#include "cuda/device_buffer.cuh"

#include <cstdint>

namespace newsgpu::cuda {

struct device_tokens_view;

/// The places of some tokens, as device_tokens_view has them.
struct token_places {
    device_buffer<std::int64_t> begins, ends, before_document;
};

/// Which tokens stay. 32 bits number those of a batch, which has fewer bytes.
class token_filter {
public:
    token_filter(std::int64_t num_tokens, stream const& on);

    /// [T] to be filled: 1 for a token that stays, 0 for another.
    view<std::uint32_t> flags() { return flags_.view().subview(0, flags_.size() - 1); }
    /// The tokens that stay. Waits for the stream.
    token_places apply(device_tokens_view const& tokens, stream const& on) const;

private:
    device_buffer<std::uint32_t> flags_; ///< [T + 1], the last one 0
};

/// The tokens of at least `min_length` code points. Waits for the stream.
token_places drop_short_tokens(device_tokens_view const& tokens, int min_length, stream const& on);

} // namespace newsgpu::cuda
