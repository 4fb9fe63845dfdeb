#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// ICU's dictionary as a trie in two hash tables without collisions. Its first two levels are one table of pairs of
// characters: most pairs of neighbours are no prefix of a word, and one look answers that. Longer prefixes are edges
// from a numbered node. A key's place follows from its hash and its bucket's pilot, a byte chosen when the table was
// built so that all keys of the bucket find room (Fox, Chen, Heath 1992; Pibiri and Trani 2021, "PTHash"). A place
// holds its whole key, so a look-up is exact.

namespace newsgpu::element {

struct pilot_table {
    std::uint8_t const* pilots = nullptr;
    std::uint64_t const* slots = nullptr;
    std::uint32_t bucket_mask = 0;
    std::uint32_t slot_shift = 0; ///< 32 - log2 of the number of slots

    NEWSGPU_HD constexpr std::uint32_t place(std::uint32_t hash, std::uint32_t bucket) const {
        return (hash * (2u * pilots[bucket & bucket_mask] + 1u)) >> slot_shift;
    }
};

/// A word, a prefix of longer words, or both.
struct dictionary_entry {
    std::uint32_t bits = 0; ///< cost in bits 0 to 7 (0: not a word), wins in bit 8, node in bits 9 to 31 (0: no longer word)

    static constexpr std::uint32_t cost_mask = 0xFF;
    static constexpr std::uint32_t wins_bit = 0x100;
    static constexpr std::uint32_t node_shift = 9;

    NEWSGPU_HD constexpr std::uint32_t cost() const { return bits & cost_mask; }
    /// Pairs only: the pair as one word is what ICU prefers to its two characters (a tie goes to the longer word).
    NEWSGPU_HD constexpr bool wins() const { return (bits & wins_bit) != 0; }
    NEWSGPU_HD constexpr std::uint32_t node() const { return bits >> node_shift; }
};

/// A bijection of 32 bits, so that two pairs never share a hash.
NEWSGPU_HD constexpr std::uint32_t hash_pair(std::uint32_t pair) {
    pair *= 0x9E37'79B1u;
    return pair ^ (pair >> 15);
}

NEWSGPU_HD constexpr std::uint64_t edge_key(std::uint32_t node, std::uint32_t character) {
    return static_cast<std::uint64_t>(node) << 16 | character;
}

NEWSGPU_HD constexpr std::uint64_t hash_edge(std::uint64_t key) {
    key *= 0x9E37'79B9'7F4A'7C15ull;
    return key ^ (key >> 32);
}

/// What a word costs that the dictionary does not have: a single character.
inline constexpr std::uint32_t unknown_cost = 255;

struct dictionary {
    /// [0x10000] cost of a character of the Basic Multilingual Plane as a word. No word holds any other character.
    std::uint8_t const* costs = nullptr;
    /// Slots hold the pair in bits 32 to 63 and a dictionary_entry below.
    pilot_table pairs;
    /// Slots hold a dictionary_entry's cost in bits 0 to 7, its node in bits 8 to 27, and the edge's key above.
    pilot_table edges;

    static constexpr std::uint32_t edge_node_bits = 20;
    static constexpr std::uint32_t edge_key_shift = 8 + edge_node_bits;

    NEWSGPU_HD constexpr dictionary_entry find_pair(std::uint32_t first, std::uint32_t second) const {
        auto const pair = first << 16 | second;
        auto const hash = hash_pair(pair);
        auto const slot = pairs.slots[pairs.place(hash, hash)];
        return {static_cast<std::uint32_t>(slot >> 32) == pair ? static_cast<std::uint32_t>(slot) : 0u};
    }

    /// The entry one character further than `node`, which is not 0.
    NEWSGPU_HD constexpr dictionary_entry find_edge(std::uint32_t node, std::uint32_t character) const {
        auto const key = edge_key(node, character);
        auto const hash = hash_edge(key);
        auto const slot =
            edges.slots[edges.place(static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(hash))];
        if (slot >> edge_key_shift != key) {
            return {};
        }
        auto const below = static_cast<std::uint32_t>(slot & ((1ull << edge_key_shift) - 1));
        return {(below & 0xFF) | (below >> 8) << dictionary_entry::node_shift};
    }
};

} // namespace newsgpu::element
