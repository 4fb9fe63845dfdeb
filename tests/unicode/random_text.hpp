#pragma once

#include "element/utf8.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

// Seeded text that goes where segmentation and normalization are hard: every break class, characters that
// combine, expand or compose, pieces of dictionary words, and bytes that are no text at all.

namespace newsgpu::test {

using random_engine = std::mt19937_64;

inline std::size_t below(random_engine& random, std::size_t limit) {
    return random() % limit;
}

inline void append(std::string& text, char32_t c) {
    char bytes[4];
    text.append(bytes, static_cast<std::size_t>(element::encode(c, bytes)));
}

/// Ranges of code points, a group each.
inline std::vector<std::vector<std::pair<char32_t, char32_t>>> const& hard_groups() {
    static std::vector<std::vector<std::pair<char32_t, char32_t>>> const groups{
        {{0x20, 0x7E}},
        {{0x0A, 0x0D}, {0x85, 0x85}, {0x2028, 0x2029}, {0x09, 0x09}},
        {{0x0D, 0x0D}, {0x0A, 0x0A}},
        {{0x20, 0x20}, {0x3000, 0x3000}, {0x2003, 0x2003}, {0x1680, 0x1680}},
        {{0x3040, 0x30FF}},
        {{0x30A0, 0x30FF}},
        {{0xFF61, 0xFF9F}},
        {{0xFF9E, 0xFF9F}, {0x30FC, 0x30FC}, {0xFF70, 0xFF70}, {0x3099, 0x309C}},
        {{0x3300, 0x33FF}},
        {{0x32D0, 0x32FE}},
        {{0x3000, 0x303F}},
        {{0x31F0, 0x31FF}},
        {{0x1B000, 0x1B167}, {0x1F200, 0x1F200}},
        {{0x2E80, 0x2FD5}},
        {{0xF900, 0xFAD9}},
        {{0x2F800, 0x2FA1D}},
        {{0x20000, 0x20100}, {0x30000, 0x30020}},
        {{0x16FE4, 0x16FE4}, {0x16FF0, 0x16FF1}, {0x16FE0, 0x16FE0}, {0x17000, 0x17000}, {0x1B170, 0x1B170}},
        {{0x300, 0x340}},
        {{0x200B, 0x200D}, {0xFEFF, 0xFEFF}, {0xAD, 0xAD}, {0xFE0F, 0xFE0F}, {0x2060, 0x2060}},
        {{0x1F1E6, 0x1F1FF}},
        {{0x1F600, 0x1F640}, {0x1F3FB, 0x1F3FF}, {0xA9, 0xA9}, {0x2139, 0x2139}, {0x24C2, 0x24C2}},
        {{0x5D0, 0x5EA}, {0x22, 0x22}, {0x27, 0x27}},
        {{0x27, 0x27},
         {0x22, 0x22},
         {0x3A, 0x3B},
         {0x2C, 0x2E},
         {0x5F, 0x5F},
         {0xB7, 0xB7},
         {0x2018, 0x2019},
         {0x2024, 0x2024},
         {0xFF0E, 0xFF0E},
         {0xFF07, 0xFF07},
         {0xFF1A, 0xFF1B},
         {0xFF0C, 0xFF0C},
         {0x202F, 0x202F}},
        {{0x660, 0x669}, {0x30, 0x39}},
        {{0xAC00, 0xAC40}, {0x1100, 0x11FF}},
        {{0xFF10, 0xFF5A}},
        {{0x410, 0x44F}, {0xC0, 0xFF}, {0x370, 0x3FF}, {0x130, 0x131}},
        {{0x4E00, 0x9FFF}},
        {{0x3400, 0x3500}},
        {{0x2100, 0x218F}, {0x3200, 0x32CF}},
        {{0xE01, 0xE5B}, {0xE81, 0xEDF}},
        {{0x1000, 0x109F}, {0x1780, 0x17FF}},
        {{0x600, 0x6FF}, {0x900, 0x97F}},
    };
    return groups;
}

inline char32_t any_of(random_engine& random, std::vector<std::pair<char32_t, char32_t>> const& group) {
    auto const [first, last] = group[below(random, group.size())];
    return first + static_cast<char32_t>(below(random, last - first + 1));
}

/// @param words pieces of text to mix in: words of a dictionary.
inline std::string hard_text(random_engine& random, std::size_t bytes,
                             std::vector<std::string> const& words) {
    auto const& groups = hard_groups();
    std::string text;
    while (text.size() < bytes) {
        auto const length = 1 + below(random, 24);
        switch (below(random, 8)) {
        case 0: // a few groups, so that their members meet
        case 1:
        case 2: {
            std::vector<std::size_t> chosen(2 + below(random, 4));
            for (auto& each : chosen) {
                each = below(random, groups.size());
            }
            for (std::size_t i = 0; i < length; ++i) {
                append(text, any_of(random, groups[chosen[below(random, chosen.size())]]));
            }
            break;
        }
        case 3:
            for (std::size_t i = 0; i < length; ++i) {
                append(text, any_of(random, groups[below(random, groups.size())]));
            }
            break;
        case 4: // kana
            for (std::size_t i = 0; i < length; ++i) {
                append(text, any_of(random, groups[4 + below(random, 4)]));
            }
            break;
        case 5: // plain Chinese and English, so that blocks without anything rare are met too
            for (std::size_t i = 0; i < 4 * length; ++i) {
                append(text, below(random, 6) != 0 ? any_of(random, groups[28]) : any_of(random, groups[0]));
            }
            break;
        case 6:
            text.append(length * below(random, 12), static_cast<char>('a' + below(random, 26)));
            for (std::size_t i = 0; i < 8 * length; ++i) {
                append(text, any_of(random, groups[0]));
            }
            break;
        default:
            for (std::size_t i = 0; i < length && !words.empty(); ++i) {
                text += words[below(random, words.size())];
            }
        }
        if (below(random, 4) == 0) {
            text += '\n';
        }
    }
    return text;
}

/// Bytes that are likely to be nearly UTF-8.
inline std::string random_bytes(random_engine& random, std::size_t bytes) {
    static constexpr unsigned char likely[] = {0xE4, 0xB8, 0xAD, 0xE0, 0xED, 0xF0, 0xF4, 0xC2, 0xC0, 0x80,
                                               0xBF, 0xA0, 0x9F, 0x90, 0x8F, 'a',  ' ',  '.',  0xEF, 0xFF};
    std::string text(bytes, '\0');
    for (auto& byte : text) {
        byte =
            static_cast<char>(below(random, 3) == 0 ? random() & 0xFF : likely[below(random, sizeof likely)]);
    }
    return text;
}

} // namespace newsgpu::test
