#pragma once

#include "element/host_device.hpp"
#include "element/word_break.hpp"

#include <cstdint>

// Tokens that properties of single characters decide, for 64 characters at a time.

namespace newsgpu::element {

/// Properties in Python's sense.
namespace character_flag {
inline constexpr std::uint8_t word = 1, ///< `\w`: alphanumeric in the sense of str.isalnum, or an underscore
    space = 2,                          ///< str.isspace
    splits = 4; ///< U+0130: lowers to i and U+0307, which is no `\w` and so ends a word
} // namespace character_flag

/// Properties of 64 characters.
struct character_words {
    std::uint64_t word, space, splits;
};

/// `\w\w+` on lowered text. The kind of a token is segment_kind::number; what the bit says is that it is one.
struct word_run_rule {
    std::uint64_t open = 0, low = 0;

    NEWSGPU_HD constexpr cut_words apply(character_words const& c) {
        auto const joined = c.word & shift_in(c.word & ~c.splits, open);
        return {~joined, shift_in(joined, low), 0};
    }
};

/// `\w+` on text as it is.
struct word_character_run_rule {
    std::uint64_t open = 0, low = 0;

    NEWSGPU_HD constexpr cut_words apply(character_words const& c) {
        auto const joined = c.word & shift_in(c.word, open);
        return {~joined, shift_in(c.word, low), 0};
    }
};

/// Characters that are not white space.
struct character_rule {
    std::uint64_t low = 0;

    NEWSGPU_HD constexpr cut_words apply(character_words const& c) {
        return {~std::uint64_t{0}, shift_in(~c.space, low), 0};
    }
};

/// Runs of what is not white space.
struct space_run_rule {
    std::uint64_t open = 0, low = 0;

    NEWSGPU_HD constexpr cut_words apply(character_words const& c) {
        auto const joined = ~c.space & shift_in(~c.space, open);
        return {~joined, shift_in(~c.space, low), 0};
    }
};

} // namespace newsgpu::element
