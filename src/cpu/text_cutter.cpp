#include "cpu/text_cutter.hpp"

#include "cpu/character_cutter.hpp"
#include "cpu/segmenter.hpp"

#include <algorithm>
#include <cstring>

namespace newsgpu::cpu {

window_memory::window_memory(std::int64_t capacity) {
    auto const chars = static_cast<std::size_t>(capacity) + 2 * 64;
    auto const bits = chars / 64 + 2;
    auto const plane = static_cast<std::size_t>(segment_window::plane_words(capacity)) + 2;
    // A word of the dictionary of each length but 1 and 2 may begin at each code point.
    constexpr std::size_t long_words_a_start = 18;
    codes_.resize(chars);
    classes_.resize(chars);
    entries_.resize(chars);
    keys_.resize(chars);
    exact_.resize(chars);
    long_words_.resize(long_words_a_start * chars);
    groups_.resize(chars);
    prefixes_.resize(chars);
    window_.capacity = capacity;
    auto const share_out = [](buffer<std::uint64_t>& memory, std::size_t each, auto const& planes) {
        memory.resize(planes.size() * each);
        for (std::size_t i = 0; i < planes.size(); ++i) {
            *planes.begin()[i] = memory.data() + i * each;
        }
    };
    auto& w = window_;
    share_out(planes_, plane, std::initializer_list<std::uint64_t**>{&w.cut, &w.low, &w.high, &w.leads});
    share_out(char_planes_, bits,
              std::initializer_list<std::uint64_t**>{&w.char_cut, &w.char_low, &w.char_high, &w.rule_cut,
                                                     &w.exact_chars, &w.kanakanji, &w.katakana, &w.extend,
                                                     &w.reached, &w.cover, &w.wins, &w.longer, &w.grouped});
    w.codes = codes_.data();
    w.classes = classes_.data();
    w.entries = entries_.data();
    w.keys = keys_.data();
    w.exact = exact_.data();
    w.long_words = long_words_.data();
    w.groups = groups_.data();
    w.prefixes = prefixes_.data();
}

void fill(character_tables& tables, element::code_point_table<std::uint8_t> classes) {
    tables.classes = classes;
    for (std::uint32_t c = 0; c < 0x80; ++c) {
        tables.ascii_classes[c] = classes[c];
    }
    tables.han_class = classes[0x4E00];
    tables.han_is_uniform = true;
    for (std::uint32_t c = 0x4E00; c < 0xA000; ++c) {
        tables.han_is_uniform = tables.han_is_uniform && classes[c] == tables.han_class;
    }
}

bool starts_with_ascii(std::string_view text, std::int64_t at) {
    auto const* from = text.data() + at;
    auto const left = static_cast<std::int64_t>(text.size()) - at;
    if (left >= 64) {
        std::uint64_t words[8];
        std::memcpy(words, from, sizeof words);
        std::uint64_t all = 0;
        for (auto const word : words) {
            all |= word;
        }
        return (all & 0x8080'8080'8080'8080) == 0;
    }
    return std::all_of(from, from + left, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::unique_ptr<text_cutter> make_cutter(token_kind kind) {
    if (kind == token_kind::words || kind == token_kind::segments) {
        return std::make_unique<segmenter>();
    }
    return std::make_unique<character_cutter>(kind);
}

} // namespace newsgpu::cpu
