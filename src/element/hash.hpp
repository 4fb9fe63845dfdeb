#pragma once

#include <cstdint>
#include <string_view>

// 64-bit hashes that are the same on every machine. A hash never decides an answer by itself: where a
// collision could change a result, bytes are compared.

namespace newsgpu::element {

/// The finaliser of MurmurHash3 (Appleby 2011) with David Stafford's "Mix13" constants: a bijection of 64 bits.
constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
    return x ^ (x >> 31);
}

/// Order matters: combine(a, b) != combine(b, a).
constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
    return mix(seed * 0x9E37'79B9'7F4A'7C15 + value + 0x632B'E59B'D9B4'E019);
}

/// The hash of a string of any length: eight bytes a step, little-endian on every machine.
constexpr std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed = 0) {
    std::uint64_t hash = mix(seed ^ (text.size() * 0x9E37'79B9'7F4A'7C15));
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        for (std::size_t k = 0; k < 8; ++k) {
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at + k])) << (8 * k);
        }
        hash = combine(hash, word);
    }
    std::uint64_t tail = 0;
    for (std::size_t k = 0; at + k < text.size(); ++k) {
        tail |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at + k])) << (8 * k);
    }
    return combine(hash, tail);
}

} // namespace newsgpu::element
