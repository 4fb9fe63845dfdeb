#pragma once

#include "element/hash.hpp"
#include "element/host_device.hpp"

#include <cstdint>

// A shingle is n consecutive units (words or code points). Units are hashed first; a shingle's hash is a sum
// of products with one odd multiplier a position, so that it can be taken at every position independently.

namespace newsgpu::element {

/// The units of a shingle at most.
inline constexpr int max_shingle_units = 64;

/// The multiplier of position j of a shingle. Any two differ in their second lowest bit or soon after, so
/// swapped units cannot cancel out.
NEWSGPU_HD constexpr std::uint64_t shingle_multiplier(std::uint64_t seed, std::int64_t j) {
    return combine(seed, static_cast<std::uint64_t>(j)) | 1;
}

/// How many shingles of n units there are in a document, repeats included.
NEWSGPU_HD constexpr std::int64_t count_shingles(std::int64_t num_units, std::int64_t n) {
    return num_units >= n ? num_units - n + 1 : num_units > 0 ? 1 : 0;
}

// `Word` is an integer of the size that is named, or a vector of them.

/// What spreads them: an odd number.
inline constexpr std::uint32_t low_shingle_factor = 0x7FEB'352D;

/// Spreads the lower 32 bits of a sum of products over all of them; a bijection.
template <class Word>
NEWSGPU_HD constexpr Word finish_low_shingle(Word sum) {
    sum = (sum ^ sum >> 16) * low_shingle_factor;
    return sum ^ sum >> 15;
}

/// The hash of a shingle from its sum of products, 64 bits. The upper half of a sum depends on all of the
/// units as it is; the lower one depends on their lower halves alone, so that sketches, which take no more of
/// a shingle, can be made of those.
NEWSGPU_HD constexpr std::uint64_t finish_shingle(std::uint64_t sum) {
    return (sum & 0xFFFF'FFFF'0000'0000) | finish_low_shingle(static_cast<std::uint32_t>(sum));
}

/// What spreads a code point: an odd number.
inline constexpr std::uint64_t code_point_factor = 0xD6E8'FEB8'6659'FD93;

/// The hash of a code point as a unit, 64 bits; a bijection.
template <class Word>
NEWSGPU_HD constexpr Word hash_code_point(std::uint64_t seed, Word code_point) {
    auto const x = (code_point ^ seed) * code_point_factor;
    return x ^ x >> 32;
}

// The identity of a document is two sums over its units at their positions, so that it can be taken in any
// order: of a product, and of what is multiplied.

/// What sets a position apart: a multiple of it.
NEWSGPU_HD constexpr std::uint64_t identity_offset(std::uint64_t position) {
    return position * 0x9E37'79B9'7F4A'7C15;
}

/// A unit at the position of an offset. An exclusive or: with a sum the products would be polynomials of the
/// position, and A B B A equal to B A A B.
NEWSGPU_HD constexpr std::uint64_t place_unit(std::uint64_t unit, std::uint64_t offset) {
    return unit ^ offset;
}

/// One half times the other: one instruction, where a product of 64 bits takes three or more.
NEWSGPU_HD constexpr std::uint64_t identity_product(std::uint64_t placed) {
    return (placed & 0xFFFF'FFFF) * (placed >> 32);
}

} // namespace newsgpu::element
