#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// ICU's dictionary as a trie in two hash tables without collisions. Its first two levels are one table of
// pairs of characters: most pairs of neighbours are no prefix of a word, and one look answers that. Longer
// prefixes are edges from a numbered node. A key's place follows from its hash and its bucket's pilot, a byte
// chosen when the table was built so that all keys of the bucket find room (Fox, Chen, Heath 1992; Pibiri and
// Trani 2021, "PTHash"). A place holds its whole key, so a look-up is exact.

namespace newsgpu::element {

template <class Slot>
struct pilot_table {
    std::uint8_t const* pilots = nullptr;
    Slot const* slots = nullptr;
    std::uint32_t bucket_mask = 0;
    std::uint32_t slot_shift = 0; ///< 32 - log2 of the number of slots

    NEWSGPU_HD constexpr std::uint32_t place(std::uint32_t hash, std::uint32_t bucket) const {
        return (hash * (2u * pilots[bucket & bucket_mask] + 1u)) >> slot_shift;
    }
};

/// A word, a prefix of longer words, or both.
struct dictionary_entry {
    /// Cost in bits 0 to 7 (0: not a word), wins in bit 8, node in bits 9 to 31 (0: no longer word).
    std::uint32_t bits = 0;

    static constexpr std::uint32_t cost_mask = 0xFF;
    static constexpr std::uint32_t wins_bit = 0x100;
    static constexpr std::uint32_t node_shift = 9;

    NEWSGPU_HD constexpr std::uint32_t cost() const { return bits & cost_mask; }
    /// Pairs only: the pair as one word is what ICU prefers to its two characters (a tie goes to the longer
    /// word).
    NEWSGPU_HD constexpr bool wins() const { return (bits & wins_bit) != 0; }
    NEWSGPU_HD constexpr std::uint32_t node() const { return bits >> node_shift; }
};

inline constexpr std::uint32_t pair_factor = 0x9E37'79B1;
inline constexpr std::uint32_t pair_shift = 15;

/// A bijection of 32 bits, so that two pairs never share a hash.
NEWSGPU_HD constexpr std::uint32_t hash_pair(std::uint32_t first, std::uint32_t second) {
    auto const hash = (first << 16 | second) * pair_factor;
    return hash ^ (hash >> pair_shift);
}

/// A slot of the table of pairs: the low 21 bits of the hash, then 11 bits of what is known of the pair. The
/// other bits of the hash follow from the place: among hashes that agree in their low bits, and so in their
/// pilot, a multiplication by an odd number keeps the high bits apart.
struct pair_slot {
    static constexpr std::uint32_t known_bits = 11;
    static constexpr std::uint32_t known_mask = (1u << known_bits) - 1;
    static constexpr std::uint32_t longer_bit = 1u << 9;
};

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
    /// [0x10000] cost of a character of the Basic Multilingual Plane as a word. No word holds any other
    /// character.
    std::uint8_t const* costs = nullptr;
    pilot_table<std::uint32_t> pairs;
    /// Slots hold a dictionary_entry's cost in bits 0 to 7, its node in bits 8 to 27, and the edge's key
    /// above.
    pilot_table<std::uint64_t> edges;

    static constexpr std::uint32_t edge_node_bits = 20;
    static constexpr std::uint32_t edge_key_shift = 8 + edge_node_bits;

    /// What `slot`, read at `place`, says of the pair with this hash. The node of a pair is its place and 1.
    NEWSGPU_HD static constexpr dictionary_entry pair_entry(std::uint32_t slot, std::uint32_t place,
                                                            std::uint32_t hash) {
        // Masks and no choice: which pairs are there is beyond a processor's prediction.
        auto const same =
            static_cast<std::uint32_t>((slot ^ hash << pair_slot::known_bits) <= pair_slot::known_mask);
        auto const longer = static_cast<std::uint32_t>((slot & pair_slot::longer_bit) != 0);
        auto const node = (place + 1) & (0u - longer);
        return {((slot & (pair_slot::longer_bit - 1)) | node << dictionary_entry::node_shift) & (0u - same)};
    }

    NEWSGPU_HD constexpr dictionary_entry find_pair(std::uint32_t first, std::uint32_t second) const {
        auto const hash = hash_pair(first, second);
        auto const place = pairs.place(hash, hash);
        return pair_entry(pairs.slots[place], place, hash);
    }

    NEWSGPU_HD constexpr std::uint32_t edge_place(std::uint32_t node, std::uint32_t character) const {
        auto const hash = hash_edge(edge_key(node, character));
        return edges.place(static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(hash));
    }

    /// What `slot` says of the edge from `node` by `character`.
    NEWSGPU_HD static constexpr dictionary_entry edge_entry(std::uint64_t slot, std::uint32_t node,
                                                            std::uint32_t character) {
        auto const same = static_cast<std::uint32_t>(slot >> edge_key_shift == edge_key(node, character));
        auto const below = static_cast<std::uint32_t>(slot & ((1ull << edge_key_shift) - 1));
        return {((below & 0xFF) | (below >> 8) << dictionary_entry::node_shift) & (0u - same)};
    }

    /// The entry one character further than `node`, which is not 0.
    NEWSGPU_HD constexpr dictionary_entry find_edge(std::uint32_t node, std::uint32_t character) const {
        return edge_entry(edges.slots[edge_place(node, character)], node, character);
    }
};

} // namespace newsgpu::element
