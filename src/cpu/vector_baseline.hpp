#pragma once

#include "cpu/ascii_kinds.hpp"

#include <cstdint>
#include <cstring>

namespace newsgpu::cpu {

/// `table[index & mask]` for 64 bytes.
template <class Vector>
inline typename Vector::bytes look_up_bytes(std::uint8_t const* table, typename Vector::bytes const& indices,
                                            unsigned mask) {
    std::uint8_t in[64], out[64];
    Vector::store(in, indices);
    for (int i = 0; i < 64; ++i) {
        out[i] = table[in[i] & mask];
    }
    return Vector::load(out);
}

/// The bits of `from`, lowest first, at the places of the bits of `places`.
inline std::uint64_t deposit_bits(std::uint64_t from, std::uint64_t places) {
    std::uint64_t made = 0;
    for (; places != 0 && from != 0; from >>= 1, places &= places - 1) {
        made |= (from & 1) != 0 ? places & (0 - places) : 0;
    }
    return made;
}

/// Writes `base` + the number of each bit, lowest first; up to 64 numbers are overwritten. Returns how
/// many bits there are.
inline std::int64_t put_bit_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
    auto const count = __builtin_popcountll(bits);
    for (int i = 0; i < count; i += 4) {
        // Four without a look at how many are left: a zero has no lowest bit, but what it gives is not
        // used.
        for (int k = 0; k < 4; ++k) {
            to[i + k] = base + static_cast<std::uint32_t>(__builtin_ctzll(bits | std::uint64_t{1} << 63));
            bits &= bits - 1;
        }
    }
    return count;
}

/// The first and the second numbers of eight pairs, apart.
inline void part_eight_pairs(std::uint32_t const* pairs, std::uint32_t* firsts, std::uint32_t* seconds) {
    for (int i = 0; i < 8; ++i) {
        firsts[i] = pairs[2 * i];
        seconds[i] = pairs[2 * i + 1];
    }
}

/// 64 bytes at a time in plain C++.
struct baseline_vector {
    struct bytes {
        std::uint64_t words[8];
    };

    static inline bytes load(void const* from) {
        bytes made;
        std::memcpy(&made, from, sizeof made);
        return made;
    }
    /// The first `count` bytes and zeros; nothing behind them is read.
    static inline bytes load_part(void const* from, std::int64_t count) {
        bytes made{};
        std::memcpy(&made, from, static_cast<std::size_t>(count));
        return made;
    }
    /// 16 bytes each from four places.
    static inline bytes load_parts(void const* a, void const* b, void const* c, void const* d) {
        bytes made;
        std::memcpy(made.words, a, 16);
        std::memcpy(made.words + 2, b, 16);
        std::memcpy(made.words + 4, c, 16);
        std::memcpy(made.words + 6, d, 16);
        return made;
    }
    static inline void store(void* to, bytes const& from) { std::memcpy(to, &from, sizeof from); }
    /// ASCII letters lowered.
    static inline bytes lower(bytes const& of) {
        bytes made;
        for (int i = 0; i < 8; ++i) {
            auto const seven = of.words[i] & 0x7F * ones;
            // Bit 7 of each byte: it is at least 'A', and it is not above 'Z'; none of the sums carries over.
            auto const upper =
                (seven + (0x80 - 'A') * ones) & ~(seven + (0x80 - 'Z' - 1) * ones) & ~of.words[i];
            made.words[i] = of.words[i] | (upper & 0x80 * ones) >> 2;
        }
        return made;
    }
    /// A bit for each byte: its bit `bit`.
    static inline std::uint64_t plane(bytes const& of, int bit) {
        std::uint64_t made = 0;
        for (int i = 0; i < 8; ++i) {
            // The product gathers the lowest bits of eight bytes in its top byte.
            auto const lowest = of.words[i] >> bit & 0x0101'0101'0101'0101;
            made |= (lowest * 0x0102'0408'1020'4080) >> 56 << (8 * i);
        }
        return made;
    }
    static inline bool is_ascii(bytes const& of) {
        std::uint64_t all = 0;
        for (auto const word : of.words) {
            all |= word;
        }
        return (all & 0x80 * ones) == 0;
    }
    /// Which bytes are one of `count` values from `first` on.
    static inline std::uint64_t range(bytes const& of, int first, int count) {
        return of_each(of, [&](std::uint64_t x) {
            // Bit 7 of each byte of the differences, modulo 256, from `first` and from the end.
            auto const less = [](std::uint64_t a, std::uint64_t b) {
                auto const difference = (a | 0x80 * ones) - (b & 0x7F * ones);
                return ((~a & b) | (~(a ^ b) & ~difference)) & 0x80 * ones;
            };
            auto const begin = static_cast<std::uint64_t>(first) * ones;
            auto const end = static_cast<std::uint64_t>(first + count) * ones;
            return ~less(x, begin) & less(x, end);
        });
    }
    static inline std::uint64_t equal(bytes const& of, int value) { return range(of, value, 1); }
    static inline std::uint64_t different(bytes const& a, bytes const& b) {
        bytes both;
        for (int i = 0; i < 8; ++i) {
            both.words[i] = a.words[i] ^ b.words[i];
        }
        return ~equal(both, 0);
    }
    static inline std::int64_t put_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
        return put_bit_positions(bits, base, to);
    }
    /// The first and the second numbers of eight pairs, apart.
    static inline void part_pairs(std::uint32_t const* pairs, std::uint32_t* firsts, std::uint32_t* seconds) {
        part_eight_pairs(pairs, firsts, seconds);
    }
    static inline bytes look_up_32(std::uint8_t const* table, bytes const& indices) {
        return look_up_bytes<baseline_vector>(table, indices, 0x1F);
    }
    static inline bytes look_up_128(std::uint8_t const* table, bytes const& indices) {
        return look_up_bytes<baseline_vector>(table, indices, 0x7F);
    }
    /// The kinds of ASCII characters.
    static inline bytes look_up(ascii_kinds const& kinds, bytes const& of) {
        return look_up_128(kinds.kind_of, of);
    }
    /// Which bytes have one of `Bits`, or several.
    template <unsigned Bits>
    static inline std::uint64_t any(bytes const& of) {
        return of_each(of, [](std::uint64_t x) {
            x &= Bits * ones;
            return ((x & 0x7F * ones) + 0x7F * ones) | x; // no sum carries over
        });
    }
    static inline std::uint64_t deposit(std::uint64_t from, std::uint64_t places) {
        return deposit_bits(from, places);
    }

private:
    static constexpr std::uint64_t ones = 0x0101'0101'0101'0101;

    /// A bit for each byte: bit 7 of what `made` makes of it.
    template <class Made>
    static inline std::uint64_t of_each(bytes const& of, Made made) {
        bytes all;
        for (int i = 0; i < 8; ++i) {
            all.words[i] = made(of.words[i]);
        }
        return plane(all, 7);
    }
};

} // namespace newsgpu::cpu
