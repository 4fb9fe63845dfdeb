#pragma once

#include <cstdint>

// MurmurHash3_x86_32 (Austin Appleby, 2011, public domain), as scikit-learn hashes features.

namespace newsgpu::element {

namespace detail {

constexpr std::uint32_t rotate_left(std::uint32_t x, int bits) {
    return x << bits | x >> (32 - bits);
}

constexpr std::uint32_t murmur3_scramble(std::uint32_t block) {
    return rotate_left(block * 0xCC9E'2D51, 15) * 0x1B87'3593;
}

} // namespace detail

/// Blocks are read as little-endian numbers on every machine.
constexpr std::uint32_t murmur3_32(char const* text, std::int64_t size, std::uint32_t seed = 0) {
    auto const byte = [&](std::int64_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
    std::uint32_t hash = seed;
    std::int64_t at = 0;
    for (; at + 4 <= size; at += 4) {
        std::uint32_t const block = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
        hash ^= detail::murmur3_scramble(block);
        hash = detail::rotate_left(hash, 13) * 5 + 0xE654'6B64;
    }
    if (at < size) {
        std::uint32_t tail = 0;
        for (std::int64_t k = 0; at + k < size; ++k) {
            tail |= byte(at + k) << (8 * k);
        }
        hash ^= detail::murmur3_scramble(tail);
    }
    hash ^= static_cast<std::uint32_t>(size);
    hash = (hash ^ hash >> 16) * 0x85EB'CA6B;
    hash = (hash ^ hash >> 13) * 0xC2B2'AE35;
    return hash ^ hash >> 16;
}

} // namespace newsgpu::element
