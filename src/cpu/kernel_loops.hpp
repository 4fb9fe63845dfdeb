#pragma once

#include "cpu/kernels.hpp"
#include "cpu/simd.hpp"
#include "element/lsh.hpp"
#include "element/minhash.hpp"
#include "element/shingle.hpp"

#include <cstdint>

// The loops of kernels.hpp. Those for registers of `Bytes` bytes are always inlined, so that they take on the
// instruction set of the function around them. The others are for every processor: no file that includes this
// may be compiled for more as a whole.

namespace newsgpu::cpu::kernel_loops {

[[gnu::always_inline]] inline std::uint64_t hash_token(char const* text, std::uint32_t start,
                                                       std::uint32_t end, element::byte_hasher const& hash) {
    auto const length = end - start;
    return length <= 16 ? hash.short_text(text + start, length) : hash({text + start, length});
}

/// Adds units to the sums of an identity, the first of which is at `position`.
class identity_summer {
public:
    explicit identity_summer(std::int64_t position)
        : offset_{element::identity_offset(static_cast<std::uint64_t>(position))} {}

    [[gnu::always_inline]] void add(std::uint64_t unit) {
        auto const placed = element::place_unit(unit, offset_);
        sums_.products += element::identity_product(placed);
        sums_.placed += placed;
        offset_ += element::identity_offset(1);
    }

    identity_sums const& sums() const { return sums_; }

private:
    std::uint64_t offset_;
    identity_sums sums_{0, 0};
};

inline identity_sums sum_identity(std::uint64_t const* units, std::int64_t count, std::int64_t position) {
    identity_summer identity{position};
    for (std::int64_t i = 0; i < count; ++i) {
        identity.add(units[i]);
    }
    return identity.sums();
}

inline identity_sums identify_code_points(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                                          std::int64_t position, std::uint32_t* units) {
    identity_summer identity{position};
    for (std::int64_t i = 0; i < count; ++i) {
        auto const unit = element::hash_code_point(seed, static_cast<std::uint64_t>(code_points[i]));
        identity.add(unit);
        units[i] = static_cast<std::uint32_t>(unit);
    }
    return identity.sums();
}

inline identity_sums identify_tokens(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                                     std::int64_t count, element::byte_hasher const& hash,
                                     std::int64_t position, std::uint32_t* units) {
    identity_summer identity{position};
    for (std::int64_t i = 0; i < count; ++i) {
        auto const unit = hash_token(text, starts[i], ends[i], hash);
        identity.add(unit);
        units[i] = static_cast<std::uint32_t>(unit);
    }
    return identity.sums();
}

inline void hash_code_points(char32_t const* code_points, std::int64_t count, std::uint64_t seed,
                             std::uint64_t* units) {
    for (std::int64_t i = 0; i < count; ++i) {
        units[i] = element::hash_code_point(seed, static_cast<std::uint64_t>(code_points[i]));
    }
}

inline void hash_tokens(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                        std::int64_t count, element::byte_hasher const& hash, std::uint64_t* hashes) {
    for (std::int64_t i = 0; i < count; ++i) {
        hashes[i] = hash_token(text, starts[i], ends[i], hash);
    }
}

/// The same as element::finish_shingle for a register of sums.
template <int Bytes>
[[gnu::always_inline]] inline auto finish_shingles(typename simd<std::uint64_t, Bytes>::vector sums) {
    using words = typename simd<std::uint64_t, Bytes>::vector;
    using halves = typename simd<std::uint32_t, Bytes>::vector;
    auto const low = element::finish_low_shingle(reinterpret_cast<halves>(sums));
    return (sums & 0xFFFF'FFFF'0000'0000) | (reinterpret_cast<words>(low) & 0xFFFF'FFFF);
}

template <int Bytes>
[[gnu::always_inline]] inline void combine_units(std::uint64_t const* units, std::int64_t count,
                                                 std::uint64_t const* multipliers, std::int64_t n,
                                                 std::uint64_t* shingles) {
    using words = simd<std::uint64_t, Bytes>;
    static_assert(words::size <= kernel_padding);
    for (std::int64_t i = 0; i < count; i += words::size) {
        auto sum = words::load(units + i) * multipliers[0];
        for (std::int64_t j = 1; j < n; ++j) {
            sum += words::load(units + i + j) * multipliers[j];
        }
        words::store(finish_shingles<Bytes>(sum), shingles + i);
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void combine_low_units(std::uint32_t const* units, std::int64_t count,
                                                     std::uint32_t const* multipliers, std::int64_t n,
                                                     std::uint32_t* shingles) {
    using words = simd<std::uint32_t, Bytes>;
    // Several registers together: a multiplier is loaded once for all of them.
    constexpr auto registers = kernel_padding / words::size;
    for (std::int64_t i = 0; i < count; i += kernel_padding) {
        typename words::vector sums[registers] = {};
        for (std::int64_t j = 0; j < n; ++j) {
            auto const multiplier = typename words::vector{} + multipliers[j];
#pragma GCC unroll 4
            for (std::int64_t r = 0; r < registers; ++r) {
                sums[r] += words::load(units + i + j + r * words::size) * multiplier;
            }
        }
#pragma GCC unroll 4
        for (std::int64_t r = 0; r < registers; ++r) {
            words::store(element::finish_low_shingle(sums[r]), shingles + i + r * words::size);
        }
    }
}

/// `Groups` registers of minima, and as many of those in reverse order, stay in registers over all shingles.
template <int Bytes, int Groups>
[[gnu::always_inline]] inline void update_some_minima(std::uint32_t const* shingles, std::int64_t count,
                                                      std::uint32_t const* multipliers, std::uint32_t* minima,
                                                      std::uint32_t* reversed_minima) {
    using words = simd<std::uint32_t, Bytes>;
    typename words::vector least[Groups], greatest[Groups], multiplier[Groups];
    for (int g = 0; g < Groups; ++g) {
        multiplier[g] = words::load(multipliers + words::size * g);
        least[g] = words::load(minima + words::size * g);
        greatest[g] = ~words::load(reversed_minima + words::size * g);
    }
    auto const lesser = [](auto a, auto b) __attribute__((always_inline)) { return a < b ? a : b; };
    auto const greater = [](auto a, auto b) __attribute__((always_inline)) { return a > b ? a : b; };
    std::int64_t i = 0;
    for (; i + 2 <= count; i += 2) {
#pragma GCC unroll 8
        for (int g = 0; g < Groups; ++g) {
            auto const first = shingles[i] * multiplier[g];
            auto const second = shingles[i + 1] * multiplier[g];
            least[g] = lesser(least[g], lesser(first, second));
            greatest[g] = greater(greatest[g], greater(first, second));
        }
    }
    if (i < count) {
        for (int g = 0; g < Groups; ++g) {
            auto const value = shingles[i] * multiplier[g];
            least[g] = lesser(least[g], value);
            greatest[g] = greater(greatest[g], value);
        }
    }
    for (int g = 0; g < Groups; ++g) {
        words::store(least[g], minima + words::size * g);
        words::store(~greatest[g], reversed_minima + words::size * g);
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void update_minima(std::uint32_t const* shingles, std::int64_t count,
                                                 std::uint32_t const* multipliers, std::int64_t num_minima,
                                                 std::uint32_t* minima) {
    constexpr std::int64_t per_register = Bytes / 4;
    auto const half = num_minima / 2;
    auto* const reversed = minima + half;
    std::int64_t k = 0;
    // Three registers of least values, greatest ones and multipliers fit into 16, with the products.
    for (; k + 3 * per_register <= half; k += 3 * per_register) {
        update_some_minima<Bytes, 3>(shingles, count, multipliers + k, minima + k, reversed + k);
    }
    if (k + 2 * per_register <= half) {
        update_some_minima<Bytes, 2>(shingles, count, multipliers + k, minima + k, reversed + k);
        k += 2 * per_register;
    }
    if (k + per_register <= half) {
        update_some_minima<Bytes, 1>(shingles, count, multipliers + k, minima + k, reversed + k);
        k += per_register;
    }
    constexpr int least_bytes = 2 * element::minima_group; // half a group of 32-bit numbers
    if constexpr (Bytes > least_bytes) {
        if (k < half) {
            update_some_minima<least_bytes, 1>(shingles, count, multipliers + k, minima + k, reversed + k);
        }
    }
}

template <int Bytes>
[[gnu::always_inline]] inline void minimum_bytes(std::uint32_t const* minima, std::int64_t num_minima,
                                                 std::uint8_t* bytes) {
    using words = simd<std::uint32_t, Bytes>;
    using packed = simd<std::uint8_t, Bytes / 4>;
    for (std::int64_t k = 0; k < num_minima; k += words::size) {
        packed::store(__builtin_convertvector(element::low_byte_of_minimum(words::load(minima + k)),
                                              typename packed::vector),
                      bytes + k);
    }
}

[[gnu::always_inline]] inline std::int64_t count_differing(std::uint64_t const* a, std::uint64_t const* b,
                                                           std::int64_t num_words) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < num_words; ++i) {
        count += __builtin_popcountll(a[i] ^ b[i]);
    }
    return count;
}

inline std::int64_t count_equal(std::uint8_t const* a, std::uint8_t const* b, std::int64_t size) {
    // Sixteen at a time whatever the register: sketches have 32 to 128 bytes.
    using bytes = simd<std::uint8_t, 16>;
    using halves = simd<std::uint64_t, 16>;
    std::int64_t equal = 0;
    for (std::int64_t i = 0; i < size; i += bytes::size) {
        auto const same = bytes::load(a + i) == bytes::load(b + i);
        auto const ones = reinterpret_cast<typename halves::vector>(same) & 0x0101'0101'0101'0101;
        // Eight bytes of 0 or 1 summed by one multiplication; both halves together stay below 256.
        equal += static_cast<std::int64_t>((ones[0] + ones[1]) * 0x0101'0101'0101'0101 >> 56);
    }
    return equal;
}

} // namespace newsgpu::cpu::kernel_loops
