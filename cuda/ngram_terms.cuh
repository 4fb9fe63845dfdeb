#pragma once

#include "cuda/growing_buffer.cuh"
#include "cuda/term_slots.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The distinct n-grams of one length of the batches seen so far, numbered in order of first appearance. One
/// is the number of its first n - 1 parts and that of its last part, which together are a key: nothing more
/// has to be compared.
class ngram_terms {
public:
    explicit ngram_terms(stream const& on) : keys_{on}, hashes_{on}, slots_{on} {}

    std::int64_t size() const { return size_; }

    /// Numbers the n-grams that begin with each token of a batch; waits for the device. What throws leaves
    /// nothing of the batch behind, once `restore` has been called.
    /// @param prefixes the numbers of the n-grams of length `n` - 1 that begin with each token, or `no_id`.
    /// @param parts the numbers of the tokens.
    /// @param documents the document that each token is in.
    numbered_items number(view<std::uint32_t const> prefixes, view<std::uint32_t const> parts,
                          view<std::uint32_t const> documents, int n, stream const& on);

    /// Forgets the n-grams from `size` on. Allocates nothing.
    void restore(std::int64_t size, stream const& on);

    /// [size] (number of the first n - 1 parts) << 32 | number of the last part.
    view<std::uint64_t const> keys() const { return keys_.view().subview(0, size_); }

private:
    std::int64_t size_ = 0;
    growing_buffer<std::uint64_t> keys_, hashes_;
    term_slots slots_;
};

} // namespace newsgpu::cuda
