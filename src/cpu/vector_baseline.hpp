#pragma once

#include <cstdint>
#include <cstring>

namespace newsgpu::cpu {

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
    static inline void store(void* to, bytes const& from) { std::memcpy(to, &from, sizeof from); }
    /// ASCII letters lowered.
    static inline bytes lower(bytes const& of) {
        bytes made;
        for (int i = 0; i < 8; ++i) {
            constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
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
    /// What tells plain characters apart (segment_kernel): a bit for each byte.
    struct plain_planes {
        std::uint64_t han_lead, continuation, lead_e2, lead_e3, second_80, third_of_e2, third_of_e3;
    };
    static inline plain_planes plain_bytes(bytes const& of) {
        std::uint8_t in[64];
        std::memcpy(in, &of, sizeof in);
        plain_planes made{};
        for (int i = 0; i < 64; ++i) {
            auto const put = [&](std::uint64_t& plane, bool value) { plane |= std::uint64_t{value} << i; };
            put(made.han_lead, static_cast<std::uint8_t>(in[i] - 0xE4) < 6);
            put(made.continuation, (in[i] & 0xC0) == 0x80);
            put(made.lead_e2, in[i] == 0xE2);
            put(made.lead_e3, in[i] == 0xE3);
            put(made.second_80, in[i] == 0x80);
            put(made.third_of_e2, static_cast<std::uint8_t>(in[i] - 0x98) < 6);
            put(made.third_of_e3, static_cast<std::uint8_t>(in[i] - 0x81) < 17);
        }
        return made;
    }
    static inline std::uint64_t different(bytes const& a, bytes const& b) {
        std::uint8_t in[64], other[64];
        std::memcpy(in, &a, sizeof in);
        std::memcpy(other, &b, sizeof other);
        std::uint64_t made = 0;
        for (int i = 0; i < 64; ++i) {
            made |= std::uint64_t{in[i] != other[i]} << i;
        }
        return made;
    }
    static inline bytes look_up_32(std::uint8_t const* table, bytes const& indices) {
        return look_up(table, indices, 0x1F);
    }
    static inline bytes look_up_128(std::uint8_t const* table, bytes const& indices) {
        return look_up(table, indices, 0x7F);
    }
    /// The bits of `from`, lowest first, at the places of the bits of `places`.
    static inline std::uint64_t deposit(std::uint64_t from, std::uint64_t places) {
        std::uint64_t made = 0;
        for (; places != 0 && from != 0; from >>= 1, places &= places - 1) {
            made |= (from & 1) != 0 ? places & (0 - places) : 0;
        }
        return made;
    }

private:
    static inline bytes look_up(std::uint8_t const* table, bytes const& indices, unsigned mask) {
        std::uint8_t in[64], out[64];
        std::memcpy(in, &indices, sizeof in);
        for (int i = 0; i < 64; ++i) {
            out[i] = table[in[i] & mask];
        }
        return load(out);
    }
};

} // namespace newsgpu::cpu
