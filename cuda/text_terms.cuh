#pragma once

#include "cuda/device_tokens.cuh"
#include "cuda/growing_buffer.cuh"
#include "cuda/term_slots.cuh"

#include <newsgpu/corpus.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// The distinct tokens of the batches seen so far, numbered in order of first appearance. They are told apart
/// by their bytes, of which the table keeps a copy.
class text_terms {
public:
    explicit text_terms(stream const& on) : text_{on}, offsets_{on}, hashes_{on}, slots_{on} {}

    std::int64_t size() const { return size_; }

    /// Numbers the tokens of a batch; waits for the device. What throws leaves nothing of the batch behind,
    /// once `restore` has been called.
    numbered_items number(device_tokens_view tokens, stream const& on);

    /// Forgets the terms from `size` on. Allocates nothing.
    void restore(std::int64_t size, stream const& on);

    /// The texts by number, on the host.
    string_column texts(stream const& on) const;
    /// The numbers in the order of their texts' bytes, which is that of their code points.
    buffer<std::uint32_t> order(string_column const& texts, stream const& on) const;

private:
    void append(device_tokens_view tokens, view<std::uint64_t const> hashes, numbered_items const& found,
                stream const& on);

    std::int64_t size_ = 0, num_bytes_ = 0;
    growing_buffer<uint4> text_;
    growing_buffer<std::int64_t> offsets_; ///< [size + 1], once there is a term
    growing_buffer<std::uint64_t> hashes_;
    term_slots slots_;
};

} // namespace newsgpu::cuda
