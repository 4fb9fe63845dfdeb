#include <newsgpu/code_units.hpp>

#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/prefetch.hpp"
#include "cpu/unit_encoder.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace newsgpu::cpu {

namespace {

/// Runs of whole texts.
std::vector<document_range> ranges_of(view<unit_text const> texts) {
    constexpr std::int64_t target_units = 1 << 17, most_texts = 1 << 14;
    std::vector<document_range> ranges;
    std::int64_t first = 0, units = 0;
    for (std::int64_t i = 0; i < texts.size(); ++i) {
        units += texts[i].size;
        if (units >= target_units || i + 1 - first == most_texts || i + 1 == texts.size()) {
            ranges.push_back({first, i + 1});
            first = i + 1;
            units = 0;
        }
    }
    return ranges;
}

/// The most bytes that the texts can become.
std::int64_t most_bytes(view<unit_text const> texts) {
    std::int64_t bytes = 0;
    for (auto const& text : texts) {
        auto const most = text.unit == code_unit::utf8     ? 1
                          : text.unit == code_unit::latin1 ? 2
                          : text.unit == code_unit::ucs2   ? 3
                                                           : 4;
        bytes += most * text.size;
    }
    return bytes;
}

/// Texts of a list lie anywhere in memory; from here on the processor sees what comes next by itself.
constexpr std::int64_t texts_ahead = 4, prefetched_bytes = 512;

/// Where pieces end whose sizes become known while they are worked on, each by one worker.
class piece_ends {
public:
    explicit piece_ends(std::size_t num_pieces) : ends_(num_pieces) {
        for (auto& end : ends_) {
            end.store(unknown, std::memory_order_relaxed);
        }
    }

    /// Says how large a piece is; returns where it begins, when all before it have said so. Whoever works on
    /// those has begun earlier.
    std::int64_t begin_of(std::int64_t piece, std::int64_t size, worker& self) {
        std::int64_t begin = 0;
        if (piece > 0) {
            auto const& before = ends_[static_cast<std::size_t>(piece) - 1];
            while ((begin = before.load(std::memory_order_acquire)) == unknown) {
                self.checkpoint();
                std::this_thread::yield();
            }
        }
        ends_[static_cast<std::size_t>(piece)].store(begin + size, std::memory_order_release);
        return begin;
    }

private:
    static constexpr std::int64_t unknown = -1;
    std::vector<std::atomic<std::int64_t>> ends_;
};

} // namespace

// Texts are read from memory once: what has been measured is still in the cache when it is encoded. That
// needs room for the result before its size is known; what is not written takes no memory.
string_column encode_utf8(view<unit_text const> texts, execution const& run) {
    auto const& encoder = unit_encoder_of(simd_level_in_use());
    auto const ranges = ranges_of(texts);
    string_column made;
    made.offsets.resize(static_cast<std::size_t>(texts.size()) + 1);
    made.offsets[0] = 0;
    made.bytes.resize(static_cast<std::size_t>(most_bytes(texts)));
    auto* const ends = made.offsets.data() + 1;
    piece_ends pieces{ranges.size()};
    // The first text of each range that is none.
    std::vector<std::int64_t> wrong(ranges.size(), -1);
    for_each_piece("encoding text", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        std::int64_t size = 0;
        for (auto i = first; i < last; ++i) {
            self.checkpoint();
            if (i + texts_ahead < last) {
                prefetch_text(texts[i + texts_ahead], prefetched_bytes);
            }
            auto const measured = encoder.measure(texts[i]);
            size += measured.bytes;
            ends[i] = size;
            if (!measured.is_text && wrong[static_cast<std::size_t>(piece)] < 0) {
                wrong[static_cast<std::size_t>(piece)] = i;
            }
        }
        auto begin = pieces.begin_of(piece, size, self);
        auto const shift = begin;
        for (auto i = first; i < last; ++i) {
            self.checkpoint();
            ends[i] += shift;
            if (wrong[static_cast<std::size_t>(piece)] < 0) {
                encoder.encode(texts[i], made.bytes.data() + begin, ends[i] - begin);
            }
            begin = ends[i];
        }
    });
    for (auto const text : wrong) {
        if (text >= 0) {
            throw_no_text(texts[text], text);
        }
    }
    made.bytes.resize(static_cast<std::size_t>(made.offsets.back()));
    return made;
}

} // namespace newsgpu::cpu
