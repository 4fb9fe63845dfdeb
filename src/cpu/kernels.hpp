#pragma once

#include "cpu/simd_level.hpp"
#include "element/hash.hpp"

#include <cstdint>

// The inner loops of shingling and sketching, compiled for each instruction set. Arrays of code points, units
// and shingles may be read, and those written to written, up to `kernel_padding` elements past their end.

namespace newsgpu::cpu {

inline constexpr std::int64_t kernel_padding = 16;

struct identity_sums {
    std::uint64_t products, placed;
};

struct kernels {
    // What shingle sets are made of: hashes of 64 bits.

    /// units[i] = hash_code_point(seed, code_points[i]) for i < count.
    void (*hash_code_points)(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                             std::uint64_t* units);

    /// hashes[i] = hash(text[starts[i], ends[i])) for i < count; 16 bytes behind every start can be read.
    void (*hash_tokens)(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                        std::int64_t count, element::byte_hasher const& hash, std::uint64_t* hashes);

    /// The sums of an identity (element/shingle.hpp) over `count` units, the first of which is at `position`.
    identity_sums (*sum_identity)(std::uint64_t const* units, std::int64_t count, std::int64_t position);

    /// shingles[i] = finish_shingle(sum over j < n of units[i + j] * multipliers[j]) for i < count.
    void (*combine_units)(std::uint64_t const* units, std::int64_t count, std::uint64_t const* multipliers,
                          std::int64_t n, std::uint64_t* shingles);

    // What sketches are made of: the lower halves.

    /// The same as hash_code_points and sum_identity; keeps the lower halves of the units.
    identity_sums (*identify_code_points)(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                                          std::int64_t position, std::uint32_t* units);

    /// The same as hash_tokens and sum_identity; keeps the lower halves of the units.
    identity_sums (*identify_tokens)(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                                     std::int64_t count, element::byte_hasher const& hash,
                                     std::int64_t position, std::uint32_t* units);

    /// The lower halves of what combine_units gives, from the lower halves of units and multipliers.
    void (*combine_low_units)(std::uint32_t const* units, std::int64_t count,
                              std::uint32_t const* multipliers, std::int64_t n, std::uint32_t* shingles);

    /// minima[k] = min(minima[k], permutation k of `num_minima` of every shingle) for k < num_minima, a
    /// multiple of `element::minima_group`; the first half of the permutations have `multipliers`.
    void (*update_minima)(std::uint32_t const* shingles, std::int64_t count, std::uint32_t const* multipliers,
                          std::int64_t num_minima, std::uint32_t* minima);

    /// bytes[k] = minimum_byte(minima[k]) for k < num_minima, a multiple of
    /// `element::minima_group`.
    void (*minimum_bytes)(std::uint32_t const* minima, std::int64_t num_minima, std::uint8_t* bytes);

    /// The number of bits in which two rows of `num_words` words differ.
    std::int64_t (*count_differing)(std::uint64_t const* a, std::uint64_t const* b, std::int64_t num_words);

    /// The number of places below `size` in which two rows of bytes agree; `size` is a multiple of 16.
    std::int64_t (*count_equal)(std::uint8_t const* a, std::uint8_t const* b, std::int64_t size);
};

/// Those for a level, which this processor must have.
kernels const& kernels_of(simd_level level);

/// Those for the level in use.
inline kernels const& kernels_in_use() {
    return kernels_of(simd_level_in_use());
}

} // namespace newsgpu::cpu
