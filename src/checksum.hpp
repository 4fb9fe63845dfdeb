#pragma once

#include "element/hash.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace newsgpu {

/// A 64-bit checksum of bytes in stripes of 64, at about the speed of memory.
///
/// The words of a stripe go into eight lanes, each a chain of bijections, and the lanes are combined by
/// bijections of each: damage within one aligned word is always found, any other with a probability of
/// 1 - 2^-64. It protects against accidents, not against forgery.
class stripe_checksum {
public:
    static constexpr std::int64_t stripe_bytes = 64;

    /// Takes `count` bytes, a multiple of `stripe_bytes`.
    void add(void const* bytes, std::int64_t count) {
        auto const* from = static_cast<char const*>(bytes);
        for (std::int64_t at = 0; at < count; at += stripe_bytes) {
            std::array<std::uint64_t, num_lanes> words;
            std::memcpy(words.data(), from + at, stripe_bytes);
            for (std::size_t lane = 0; lane < num_lanes; ++lane) {
                lanes_[lane] = std::rotl((lanes_[lane] ^ words[lane]) * 0x9E37'79B9'7F4A'7C15, 31);
            }
        }
        size_ += static_cast<std::uint64_t>(count);
    }

    std::uint64_t value() const {
        auto sum = element::combine(0, size_);
        for (auto const lane : lanes_) {
            sum = element::combine(sum, lane);
        }
        return sum;
    }

private:
    static constexpr std::size_t num_lanes = 8;
    // Different beginnings, so that swapped lanes count.
    std::array<std::uint64_t, num_lanes> lanes_{1, 2, 3, 4, 5, 6, 7, 8};
    std::uint64_t size_ = 0;
};

} // namespace newsgpu
