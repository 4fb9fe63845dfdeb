#pragma once

#include "cuda/bits.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/token_filter.cuh"

#include <cstdint>
#include <string>
#include <vector>

namespace newsgpu::cuda {

/// Words as kernels look them up: a table by open addressing.
struct stop_words_view {
    view<uint4 const> text;           ///< the words end to end
    view<std::int64_t const> offsets; ///< [words + 1] in the text
    view<std::uint32_t const> slots;  ///< a power of two: 1 + the number of a word, 0 where none is
};

class stop_words {
public:
    /// Waits for the stream, so that any other one may use them.
    stop_words(std::vector<std::string> const& words, stream const& on);

    stop_words_view view() const { return {text_.view(), offsets_.view(), slots_.view()}; }

private:
    device_buffer<uint4> text_;
    device_buffer<std::int64_t> offsets_;
    device_buffer<std::uint32_t> slots_;
};

/// Those of the tokens that are no stop words. Waits for the stream.
token_places drop_stop_words(device_tokens_view const& tokens, stop_words const& stops, stream const& on);

} // namespace newsgpu::cuda
