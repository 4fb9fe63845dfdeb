#include "cuda/segments.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"

#include "element/word_break.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;

/// The bits of word `word` that lie in the range.
__device__ std::uint32_t bits_inside(byte_range range, std::int64_t word) {
    auto const begin = range.begin - word * word_bits;
    auto const end = range.end - word * word_bits;
    auto const from = begin <= 0 ? 0xFFFF'FFFF : begin >= word_bits ? 0 : 0xFFFF'FFFF << begin;
    auto const to = end <= 0 ? 0 : end >= word_bits ? 0xFFFF'FFFF : (1u << end) - 1;
    return from & to;
}

/// One block a range.
__global__ void __launch_bounds__(block_threads) drop(view<byte_range const> ranges, segments_view found) {
    auto const range = ranges[block_rank()];
    for (auto word = range.begin / word_bits + thread_rank(); word * word_bits < range.end;
         word += block_threads) {
        auto const dropped = bits_inside(range, word);
        // Two missing documents may share a word.
        auto const before = atomic_and(found.tokens[word], ~dropped);
        atomic_add(found.chunk_tokens[word / chunk_words], -count_ones(before & dropped));
    }
}

/// How many tokens end before byte `at`.
__device__ std::int64_t rank_of(segments_view found, view<std::int64_t const> before_chunk, std::int64_t at) {
    auto const last = at / word_bits;
    auto const chunk = last / chunk_words;
    auto rank = before_chunk[chunk];
    for (auto word = chunk * chunk_words; word < last; ++word) {
        rank += count_ones(found.tokens[word]);
    }
    auto const bits = static_cast<unsigned>(at % word_bits);
    return bits == 0 ? rank : rank + count_ones(found.tokens[last] & ((1u << bits) - 1));
}

__global__ void __launch_bounds__(block_threads)
    count_before(text_view text, segments_view found, view<std::int64_t const> before_chunk,
                 view<std::int64_t> counts) {
    auto const doc = global_rank();
    if (doc < counts.size()) {
        counts[doc] = rank_of(found, before_chunk, text.begin_of(doc));
    }
}

/// Where the segment that ends with bit `bit` of a word begins.
__device__ std::int64_t begin_of_segment(view<std::uint32_t const> ends, std::int64_t word, int bit) {
    auto const earlier = ends[word] & ((1u << bit) - 1);
    if (earlier != 0) {
        return word * word_bits + highest_one(earlier) + 1;
    }
    // Words are short and this is rare; a segment of a megabyte walks through 32 KB of the bitmap.
    for (auto before = word - 1; before >= 0; --before) {
        if (ends[before] != 0) {
            return before * word_bits + highest_one(ends[before]) + 1;
        }
    }
    return 0;
}

__device__ std::uint16_t status_at(segments_view found, std::int64_t word, int bit) {
    auto const low = found.low[word] >> bit & 1, high = found.high[word] >> bit & 1;
    return element::rule_status(static_cast<element::segment_kind>(low | high << 1));
}

/// One warp a chunk, one lane a word.
__global__ void __launch_bounds__(block_threads)
    list(segments_view found, view<std::int64_t const> before_chunk, std::int64_t base,
         view<std::int64_t> starts, view<std::int64_t> ends, view<std::uint16_t> status) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.chunk_tokens.size()) { // the whole warp
        return;
    }
    auto const lane = lane_rank();
    auto const word = chunk * chunk_words + lane;
    auto const tokens = lane < chunk_words && word < found.tokens.size() ? found.tokens[word] : 0;
    auto out = before_chunk[chunk] + sum_before_lane(std::int64_t{count_ones(tokens)});
    for (auto left = tokens; left != 0; left &= left - 1) {
        auto const bit = lowest_one(left);
        starts[out] = base + begin_of_segment({found.ends.data(), found.ends.size()}, word, bit);
        ends[out] = base + word * word_bits + bit + 1;
        if (!status.empty()) {
            status[out] = status_at(found, word, bit);
        }
        ++out;
    }
}

} // namespace

segments::segments(std::int64_t num_bytes, token_kind kind, stream const& on)
    : ends{parts_of(num_bytes, word_bits), on}, tokens{parts_of(num_bytes, word_bits), on},
      chunk_tokens{parts_of(num_bytes, chunk_bytes), on},
      low{has_status(kind) ? parts_of(num_bytes, word_bits) : 0, on}, high{low.size(), on} {}

void drop_tokens(view<byte_range const> ranges, segments_view found, stream const& on) {
    launch(on, {ranges.size(), block_threads}, drop, ranges, found);
}

device_buffer<std::int64_t> count_before_chunks(segments_view found, stream const& on) {
    auto const chunks = found.chunk_tokens.size();
    device_buffer<std::int64_t> before{chunks + 1, on};
    fill_bytes(before.view().subview(0, 1), 0, on);
    inclusive_sum<std::int64_t>({found.chunk_tokens.data(), chunks}, before.view().subview(1, chunks), on);
    return before;
}

device_buffer<std::int64_t> count_before_documents(text_view text, segments_view found, stream const& on) {
    auto const before_chunk = count_before_chunks(found, on);
    device_buffer<std::int64_t> counts{text.offsets.size(), on};
    launch(on, threads_for(counts.size(), block_threads), count_before, text, found, before_chunk.view(),
           counts.view());
    return counts;
}

void list_tokens(segments_view found, std::int64_t base, view<std::int64_t> starts, view<std::int64_t> ends,
                 view<std::uint16_t> status, stream const& on) {
    auto const before_chunk = count_before_chunks(found, on);
    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, list, found,
           before_chunk.view(), base, starts, ends, status);
}

token_spans list_tokens(segments_view found, std::int64_t num_tokens, std::int64_t base, stream const& on) {
    token_spans listed{{num_tokens, on}, {num_tokens, on}, {found.low.empty() ? 0 : num_tokens, on}};
    list_tokens(found, base, listed.starts.view(), listed.ends.view(), listed.status.view(), on);
    return listed;
}

} // namespace newsgpu::cuda
