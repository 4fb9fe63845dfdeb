#include <newsgpu/code_units.hpp>
#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/unit_encoder.hpp"

#include <numeric>
#include <string>

namespace newsgpu::cpu {

namespace {

[[noreturn]] void refuse(view<unit_text const> texts, std::int64_t text) {
    throw invalid_input{"texts[" + std::to_string(text) + "] holds a lone surrogate at character " +
                        std::to_string(find_no_code_point(texts[text])) + ", which is no Unicode text"};
}

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

} // namespace

string_column encode_utf8(view<unit_text const> texts, execution const& run) {
    auto const& encoder = unit_encoder_of(simd_level_in_use());
    auto const ranges = ranges_of(texts);
    string_column made;
    made.offsets.resize(static_cast<std::size_t>(texts.size()) + 1);
    made.offsets[0] = 0;
    auto* const lengths = made.offsets.data() + 1;
    // The first text of each range that is none.
    std::vector<std::int64_t> wrong(ranges.size(), -1);
    for_each_piece("measuring text", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        for (auto i = first; i < last; ++i) {
            auto const size = encoder.measure(texts[i]);
            lengths[i] = size.bytes;
            if (!size.is_text && wrong[static_cast<std::size_t>(piece)] < 0) {
                wrong[static_cast<std::size_t>(piece)] = i;
            }
        }
    });
    for (auto const text : wrong) {
        if (text >= 0) {
            refuse(texts, text);
        }
    }
    std::partial_sum(made.offsets.begin(), made.offsets.end(), made.offsets.begin());
    made.bytes.resize(static_cast<std::size_t>(made.offsets.back()));
    for_each_piece("encoding text", std::ssize(ranges), run, [&](std::int64_t piece, worker&) {
        auto const [first, last] = ranges[static_cast<std::size_t>(piece)];
        for (auto i = first; i < last; ++i) {
            auto const begin = made.offsets[static_cast<std::size_t>(i)];
            auto const end = made.offsets[static_cast<std::size_t>(i) + 1];
            encoder.encode(texts[i], made.bytes.data() + begin, end - begin);
        }
    });
    return made;
}

} // namespace newsgpu::cpu
