#include "cuda/words.cuh"

#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"

#include "unicode/word_iterator.hpp"

#include <algorithm>
#include <vector>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;

/// Where the rules cut: the ends of segments but those that the dictionary found. What is between two of them
/// can be divided without a look at the rest: every segment begins as if it were the text's first.
__device__ std::uint32_t rule_ends(segments_view found, word_planes planes, std::int64_t word) {
    auto const joined = funnel_right(word_at(planes.inside, word), word_at(planes.inside, word + 1), 1);
    return word_at(found.ends, word) & ~joined;
}

/// Where the span around the first of its marks begins; -1 if there is a mark before it.
__device__ std::int64_t begin_of_span(segments_view found, word_planes planes, std::int64_t mark) {
    auto word = mark / word_bits;
    auto below = (1u << (mark % word_bits)) - 1;
    for (; word >= 0; --word, below = 0xFFFF'FFFF) {
        auto const ends = rule_ends(found, planes, word) & below;
        auto const marks = planes.exact[word] & below;
        if (marks != 0 && (ends == 0 || highest_one(marks) > highest_one(ends))) {
            return -1;
        }
        if (ends != 0) {
            return word * word_bits + highest_one(ends) + 1;
        }
    }
    return 0;
}

/// Every document ends with a segment.
__device__ std::int64_t end_of_span(segments_view found, word_planes planes, std::int64_t mark) {
    auto word = mark / word_bits;
    auto ends = rule_ends(found, planes, word) & (0xFFFF'FFFF << (mark % word_bits));
    while (ends == 0) {
        ends = rule_ends(found, planes, ++word);
    }
    return word * word_bits + lowest_one(ends) + 1;
}

/// A thread for each word of the tiles. `num_spans` counts the spans; those that `spans` has room for are
/// written.
__global__ void __launch_bounds__(block_threads)
    find_spans(view<std::uint32_t const> tiles, segments_view found, word_planes planes,
               view<byte_range> spans, view<std::uint64_t> num_spans) {
    auto const i = global_rank();
    if (i >= tiles.size() * tile_words) {
        return;
    }
    auto const word = tiles[i / tile_words] * tile_words + i % tile_words;
    auto const marks = word_at(planes.exact, word);
    if (marks == 0) {
        return;
    }
    // A mark right behind another one of its segment is not the first.
    auto const ends = funnel_left(rule_ends(found, planes, word - 1), rule_ends(found, planes, word), 1);
    auto const other = funnel_left(word_at(planes.exact, word - 1), marks, 1);
    for (auto left = marks & (ends | ~other); left != 0; left &= left - 1) {
        auto const mark = word * word_bits + lowest_one(left);
        auto const begin = begin_of_span(found, planes, mark);
        if (begin < 0) {
            continue;
        }
        auto const at = static_cast<std::int64_t>(atomic_add(num_spans[0], std::uint64_t{1}));
        if (at < spans.size()) {
            spans[at] = {begin, end_of_span(found, planes, mark)};
        }
    }
}

__device__ std::uint32_t bits_inside(byte_range range, std::int64_t word) {
    auto const begin = range.begin - word * word_bits;
    auto const end = range.end - word * word_bits;
    auto const from = begin <= 0 ? 0xFFFF'FFFF : 0xFFFF'FFFF << begin;
    auto const to = end >= word_bits ? 0xFFFF'FFFF : (1u << end) - 1;
    return from & to;
}

/// A block for each span.
__global__ void __launch_bounds__(block_threads)
    clear_spans(view<byte_range const> spans, segments_view found) {
    auto const span = spans[block_rank()];
    for (auto word = span.begin / word_bits + thread_rank(); word * word_bits < span.end;
         word += block_threads) {
        auto const cleared = bits_inside(span, word);
        // Two spans may share a word.
        atomic_and(found.ends[word], ~cleared);
        atomic_and(found.low[word], ~cleared);
        atomic_and(found.high[word], ~cleared);
        auto const tokens = atomic_and(found.tokens[word], ~cleared);
        atomic_add(found.chunk_tokens[word / chunk_words], -std::int64_t{count_ones(tokens & cleared)});
    }
}

/// A segment's last byte, and above the lowest two bits its element::segment_kind.
struct segment_end {
    std::uint64_t bits;
};

__global__ void __launch_bounds__(block_threads)
    set_ends(view<segment_end const> ends, bool all_segments, segments_view found) {
    auto const i = global_rank();
    if (i >= ends.size()) {
        return;
    }
    auto const last = static_cast<std::int64_t>(ends[i].bits >> 2);
    auto const kind = ends[i].bits & 3;
    auto const word = last / word_bits;
    auto const bit = 1u << (last % word_bits);
    atomic_or(found.ends[word], bit);
    if ((kind & 1) != 0) {
        atomic_or(found.low[word], bit);
    }
    if ((kind & 2) != 0) {
        atomic_or(found.high[word], bit);
    }
    if (kind != 0 || all_segments) {
        atomic_or(found.tokens[word], bit);
        atomic_add(found.chunk_tokens[word / chunk_words], std::int64_t{1});
    }
}

/// ICU's segments of the spans.
std::vector<segment_end> divide(corpus_view documents, view<byte_range const> spans,
                                std::function<void()> const& poll) {
    constexpr std::int64_t bytes_a_poll = 1 << 16;
    unicode::word_iterator icu;
    std::vector<segment_end> ends;
    auto const text = documents.bytes().subview(documents.offsets().front(), documents.num_bytes());
    std::int64_t since_poll = 0;
    for (auto const& span : spans) {
        icu.set_text(as_string(text.subview(span.begin, span.end - span.begin)));
        std::int64_t done = 0;
        for (std::int64_t next; (next = icu.next()) >= 0; done = next) {
            auto const kind = std::min(icu.status() / 100, 3);
            ends.push_back(
                {static_cast<std::uint64_t>(span.begin + next - 1) << 2 | static_cast<std::uint64_t>(kind)});
            if ((since_poll += next - done) >= bytes_a_poll) {
                since_poll = 0;
                poll();
            }
        }
    }
    return ends;
}

} // namespace

std::int64_t divide_exact_spans(corpus_view documents, token_kind kind, view<std::uint32_t const> tiles,
                                segments_view found, word_planes planes, std::function<void()> const& poll,
                                stream const& on) {
    launch_config const threads = threads_for(tiles.size() * tile_words, block_threads);
    device_buffer<std::uint64_t> num_spans{1, on};
    auto const find = [&](view<byte_range> spans) {
        fill_bytes(num_spans.view(), 0, on);
        launch(on, threads, find_spans, tiles, found, planes, spans, num_spans.view());
    };
    find({});
    auto const count = static_cast<std::int64_t>(to_host(num_spans.view(), 0, on));
    if (count == 0) {
        return 0;
    }
    device_buffer<byte_range> spans{count, on};
    find(spans.view());
    auto const on_host = to_host(spans.view(), on);
    std::int64_t num_bytes = 0;
    for (auto const& span : on_host) {
        num_bytes += span.end - span.begin;
    }
    auto const divided = divide(documents, {on_host.data(), std::ssize(on_host)}, poll);
    auto const ends = to_device(view{divided.data(), std::ssize(divided)}, on);
    launch(on, {count, block_threads}, clear_spans, spans.view(), found);
    launch(on, threads_for(ends.size(), block_threads), set_ends, ends.view(), kind == token_kind::segments,
           found);
    on.synchronize(); // before `divided` goes
    return num_bytes;
}

} // namespace newsgpu::cuda
