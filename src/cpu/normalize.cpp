#include "backend.hpp"
#include "cpu/normalizer.hpp"
#include "cpu/parallel.hpp"

#include <cstring>
#include <numeric>

namespace newsgpu::cpu {

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    auto const ranges = document_ranges(corpus);
    normalizer const normalizer{form};
    auto const& kernel = segment_kernel_of(simd_level_in_use());
    auto const range = [&](std::int64_t piece) { return ranges[static_cast<std::size_t>(piece)]; };

    // ASCII keeps its length, so where its form goes is known without making it; of other text the form is made first.
    string_column result;
    result.offsets.resize(static_cast<std::size_t>(corpus.size()) + 1);
    result.offsets[0] = 0;
    auto* const lengths = result.offsets.data() + 1;
    std::vector<buffer<char>> made(ranges.size());
    std::vector<std::uint8_t> ascii(static_cast<std::size_t>(corpus.size()));
    for_each_piece("normalizing", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& bytes = made[static_cast<std::size_t>(piece)];
        for (auto doc = range(piece).first; doc < range(piece).last; ++doc) {
            self.checkpoint();
            auto const text = corpus[doc];
            auto const size = static_cast<std::int64_t>(text.size());
            if (kernel.is_ascii(text.data(), size)) {
                ascii[static_cast<std::size_t>(doc)] = 1;
                lengths[doc] = size;
            } else {
                auto const before = bytes.size();
                normalizer.append(text, bytes);
                lengths[doc] = static_cast<std::int64_t>(bytes.size() - before);
            }
        }
    });
    std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
    result.bytes.resize(static_cast<std::size_t>(result.offsets.back()));

    for_each_piece("placing text", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& bytes = made[static_cast<std::size_t>(piece)];
        auto const* next = bytes.data();
        for (auto doc = range(piece).first; doc < range(piece).last; ++doc) {
            self.checkpoint();
            auto* const to = result.bytes.data() + result.offsets[static_cast<std::size_t>(doc)];
            auto const length = result.offsets[static_cast<std::size_t>(doc) + 1] - result.offsets[static_cast<std::size_t>(doc)];
            if (ascii[static_cast<std::size_t>(doc)] == 0) {
                std::memcpy(to, next, static_cast<std::size_t>(length));
                next += length;
            } else if (normalizer.lowers_ascii()) {
                // Whole blocks alone: what the kernel writes behind its end belongs to the next document.
                auto const whole = length / 64 * 64;
                kernel.copy_lowered(corpus[doc].data(), whole, to);
                for (auto i = whole; i < length; ++i) {
                    auto const byte = static_cast<unsigned char>(corpus[doc][static_cast<std::size_t>(i)]);
                    to[i] = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
                }
            } else {
                std::memcpy(to, corpus[doc].data(), static_cast<std::size_t>(length));
            }
        }
        bytes = {};
    });
    return result;
}

} // namespace newsgpu::cpu
