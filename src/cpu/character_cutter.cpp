#include "cpu/character_cutter.hpp"

#include "element/character.hpp"
#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

namespace {

character_kernel const& kernel_for(token_kind kind, segment_kernel const& all) {
    switch (kind) {
    case token_kind::characters:
        return all.characters;
    case token_kind::whitespace:
        return all.space_runs;
    case token_kind::word_runs:
        return all.word_character_runs;
    default:
        return all.word_runs;
    }
}

} // namespace

character_cutter::character_cutter(token_kind kind, simd_level level)
    : kind_{kind}, kernel_{&kernel_for(kind, segment_kernel_of(level))} {
    fill(tables_, unicode::character_flags());
}

void character_cutter::cut(std::string_view document, worker& self, part_visitor& visitor) {
    auto const* text = document.data();
    auto const size = std::ssize(document);
    for_each_window(
        document, windows_, self,
        [&](segment_window& window, std::int64_t at) { kernel_->cut_ascii(tables_, window, text, size, at); },
        [&](segment_window& window, std::int64_t at) { kernel_->cut_any(tables_, window, text, size, at); },
        [&](segment_window const& window) { visitor.visit(window); },
        [&](std::int64_t at) {
            auto const part = find_long_part(document, at);
            visitor.visit(at, part.end, part.kind);
            return part.end;
        });
}

segment_counts character_cutter::count(std::string_view document, worker& self) {
    segment_counts counts;
    auto const* text = document.data();
    auto const size = std::ssize(document);
    for_each_window(
        document, windows_, self,
        [&](segment_window& window, std::int64_t at) {
            kernel_->count_ascii(tables_, window, text, size, at, counts);
        },
        [&](segment_window& window, std::int64_t at) {
            kernel_->count_any(tables_, window, text, size, at, counts);
        },
        [](segment_window const&) {},
        [&](std::int64_t at) {
            auto const part = find_long_part(document, at);
            counts.words += part.kind != element::segment_kind::none;
            return part.end;
        });
    return counts;
}

/// The part at `at`, one code point after the other: it is longer than a window.
character_cutter::long_part character_cutter::find_long_part(std::string_view document,
                                                             std::int64_t at) const {
    namespace flag = element::character_flag;
    auto const size = static_cast<std::int64_t>(document.size());
    std::int64_t length = 0;
    bool const of_words = kind_ == token_kind::sklearn || kind_ == token_kind::word_runs;
    bool open = false;
    std::uint8_t first = 0;
    while (at < size) {
        auto const here = element::decode(document.data(), at, size);
        auto const flags = tables_.classes[static_cast<std::uint32_t>(here.code_point)];
        auto const inside = of_words ? (flags & flag::word) != 0 : (flags & flag::space) == 0;
        if (length > 0 && !(open && inside)) {
            break;
        }
        if (length == 0) {
            first = flags;
        }
        ++length;
        at += here.length;
        open = inside && (kind_ != token_kind::sklearn || (flags & flag::splits) == 0);
    }
    auto const is_token = kind_ == token_kind::sklearn ? length >= 2
                          : of_words                   ? (first & flag::word) != 0
                                                       : (first & flag::space) == 0;
    return {at, is_token ? element::segment_kind::number : element::segment_kind::none};
}

} // namespace newsgpu::cpu
