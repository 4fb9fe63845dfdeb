#pragma once

#include "cuda/bits.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/staging.cuh"

#include <newsgpu/corpus.hpp>

#include <cstdint>

namespace newsgpu::cuda {

/// Bits of a word of the bitmaps over text, which have a bit a byte; and the loads that its bytes are.
inline constexpr std::int64_t word_bits = 32;
inline constexpr std::int64_t units_per_word = word_bits / sizeof(uint4);

/// Documents as kernels see them. Text positions count from the first document's first byte.
struct text_view {
    view<uint4 const> text; ///< zeros behind the text, to a multiple of 32 bytes
    std::int64_t num_bytes;
    /// Bit i: a document begins with byte i; bit num_bytes is set too, so that each document also ends at a
    /// set bit.
    view<std::uint32_t const> breaks;
    /// [D + 1], of which the first is not 0 where the corpus is a part of a larger one.
    view<std::int64_t const> offsets;

    __host__ __device__ std::int64_t num_documents() const { return offsets.size() - 1; }
    __host__ __device__ char const* bytes() const { return reinterpret_cast<char const*>(text.data()); }
    /// Where document `doc` begins, or ends for the one before.
    __host__ __device__ std::int64_t begin_of(std::int64_t doc) const { return offsets[doc] - offsets[0]; }
};

/// Sets text_view::breaks by the offsets.
void set_breaks(text_view documents, view<std::uint32_t> breaks, stream const& on);

/// Documents in device memory.
class device_text {
public:
    /// Copies the documents, in the order of the stream; the corpus has been read when this returns.
    /// @param there their bytes where the device has them already, else empty.
    device_text(corpus_view corpus, newsgpu::view<char const> there, stream const& on, staging& copies);

    text_view view() const;
    /// The bytes of the documents.
    newsgpu::view<char const> bytes() const { return {view().bytes(), num_bytes_}; }

private:
    std::int64_t num_bytes_;
    device_buffer<uint4> text_;
    device_buffer<std::uint32_t> breaks_;
    device_buffer<std::int64_t> offsets_;
};

} // namespace newsgpu::cuda
