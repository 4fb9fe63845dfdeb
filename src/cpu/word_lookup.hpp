#pragma once

#include <bit>
#include <cstdint>

// What a table of words shares with the loops that look words up in it, which are compiled for each
// instruction set: plain data.

namespace newsgpu::cpu {

static_assert(std::endian::native == std::endian::little, "the keys below are read as little-endian numbers");

/// A string of up to 15 bytes and its length in two registers: equal exactly where the strings are. A longer
/// one is {where it lies in the table's arena, its length | long_mark}.
struct word_key {
    static constexpr std::uint32_t max_inline = 15;
    static constexpr std::uint64_t long_mark = std::uint64_t{0xFF} << 56;

    std::uint64_t low, high;

    bool is_long() const { return high >= long_mark; }
    friend bool operator==(word_key const&, word_key const&) = default;
};

/// The keys of no word: free slots lead to the first, long words are looked for as the second.
inline constexpr word_key no_word{0, word_key::long_mark}, sought_long{1, word_key::long_mark};

/// The multipliers of a key's halves; the upper bits of the sum of products are its hash. Every bit of the
/// key reaches the uppermost, in a few instructions for many keys.
struct word_hash {
    std::uint64_t low = 0x9E37'79B9'7F4A'7C15, high = 0xD1B5'4A32'D192'ED03;
};

/// Where words are looked up.
struct word_lookup {
    std::uint32_t const* slots; ///< [hash >> shift]: which key to compare
    word_key const* keys;       ///< the first is `no_word`
    word_hash hash;
    int shift;
};

/// A few words that are looked up together: few enough for the L1 cache.
struct word_group {
    static constexpr std::int64_t size = 256;

    alignas(64) word_key keys[size + 3];
    std::uint32_t places[size + 3]; ///< which of the table's keys each was compared with
    std::uint32_t missing[size];    ///< which of the words these do not equal
};

} // namespace newsgpu::cpu
