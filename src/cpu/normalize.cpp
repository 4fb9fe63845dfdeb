#include "backend.hpp"
#include "cpu/normalizer.hpp"
#include "cpu/parallel.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace newsgpu::cpu {

namespace {

/// Pieces large enough for large pages, small enough for all threads.
std::int64_t piece_bytes(corpus_view corpus) {
    return std::clamp<std::int64_t>(corpus.num_bytes() / 64, std::int64_t{1} << 18, std::int64_t{1} << 22);
}

} // namespace

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    auto const ranges = document_ranges(corpus, piece_bytes(corpus));
    normalizer const forms{form};
    string_column result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    // Lengths at first, beside the documents they belong to.
    auto* const lengths = result.offsets.data() + 1;
    result.offsets[0] = 0;
    auto const append = [&](document_range range, buffer<char>& bytes, worker& self) {
        for (auto doc = range.first; doc < range.last; ++doc) {
            self.checkpoint();
            auto const before = bytes.size();
            forms.append(corpus[doc], bytes);
            lengths[doc] = static_cast<std::int64_t>(bytes.size() - before);
        }
    };
    auto const size_of = [&](document_range range) {
        return static_cast<std::size_t>(corpus.subview(range.first, range.last - range.first).num_bytes());
    };

    if (num_workers(run) == 1) {
        // One worker takes the pieces in order, so text goes where it stays.
        result.bytes.reserve(static_cast<std::size_t>(corpus.num_bytes()) + normalizer::append_room);
        for_each_piece("normalizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
            append(ranges[static_cast<std::size_t>(piece)], result.bytes, self);
        });
        std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
        return result;
    }

    std::vector<buffer<char>> made(ranges.size());
    for_each_piece("normalizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto const range = ranges[static_cast<std::size_t>(piece)];
        auto& bytes = made[static_cast<std::size_t>(piece)];
        bytes.reserve(size_of(range) + normalizer::append_room);
        append(range, bytes, self);
    });
    std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
    result.bytes.resize(static_cast<std::size_t>(result.offsets.back()));
    for_each_piece("placing text", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto& bytes = made[static_cast<std::size_t>(piece)];
        auto const first = ranges[static_cast<std::size_t>(piece)].first;
        if (!bytes.empty()) {
            std::memcpy(result.bytes.data() + result.offsets[static_cast<std::size_t>(first)], bytes.data(),
                        bytes.size());
        }
        bytes = {};
    });
    return result;
}

} // namespace newsgpu::cpu
