#pragma once

#include "element/hash.hpp"
#include "element/host_device.hpp"

#include <cstdint>

// MinHash (Broder 1997): the smallest value a permutation gives to the shingles of a set is the same for two
// sets with probability |A n B| / |A u B|.

namespace newsgpu::element {

/// The value of a set without members; and of a lone 0 in reverse order.
inline constexpr std::uint32_t no_minimum = 0xFFFF'FFFF;

/// x -> multiplier * x mod 2^32 with an odd multiplier: an exact permutation of 32 bits in one operation that
/// every CPU and GPU has; or the same in reverse order, so that one product serves two minima. Shingles are
/// hashes, as good as random numbers, so each permutation alone is unbiased;
/// MinHash.EstimatesAreUnbiasedAndAsExactAsTheorySays holds many against independent ones. Two shingles tie
/// only if their hashes agree in the lowest 32 bits. All permutations keep 0, first in order or last:
/// documents with the one shingle in 2^32 that has it are candidates for each other, which verification tells
/// apart. (Families with one multiplier and many shifts are wrong: their values are correlated, which costs
/// recall on short texts.)
struct permutation {
    std::uint32_t multiplier;
    bool is_reversed;

    NEWSGPU_HD constexpr std::uint32_t operator()(std::uint32_t shingle) const {
        auto const value = shingle * multiplier;
        return is_reversed ? ~value : value;
    }
};

/// The i-th multiplier of a family.
NEWSGPU_HD constexpr std::uint32_t permutation_multiplier(std::uint64_t seed, std::int64_t i) {
    return static_cast<std::uint32_t>(combine(mix(seed), static_cast<std::uint64_t>(i)) >> 32) | 1;
}

/// The i-th permutation of a family of `count`, an even number: the second half are the first one's reversed.
/// The least and the greatest value under one permutation are the minima of two (min-max hash; Ji, Li, Yan,
/// Tian and Zhang 2013): each agrees with probability J, and both together not more often than independent
/// ones.
NEWSGPU_HD constexpr permutation make_permutation(std::uint64_t seed, std::int64_t i, std::int64_t count) {
    auto const half = count / 2;
    return {permutation_multiplier(seed, i < half ? i : i - half), i >= half};
}

/// What brings the other bits of a minimum into its upper ones.
inline constexpr std::uint32_t minimum_factor = 0x9E37'79B1;

/// The byte of a minimum below, for `Word` std::uint32_t or a vector of them.
template <class Word>
NEWSGPU_HD constexpr Word low_byte_of_minimum(Word minimum) {
    return (minimum ^ minimum >> 15) * minimum_factor >> 24;
}

/// One byte of a minimum for the estimate filter (b-bit minwise hashing, Li and König 2010): unequal minima
/// agree by chance once in 256, which lets a pair more through and never loses one.
NEWSGPU_HD constexpr std::uint8_t minimum_byte(std::uint32_t minimum) {
    return static_cast<std::uint8_t>(low_byte_of_minimum(minimum));
}

} // namespace newsgpu::element
