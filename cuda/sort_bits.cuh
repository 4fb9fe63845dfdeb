#pragma once

#include <bit>
#include <cstdint>

namespace newsgpu::cuda {

template <class Key>
inline constexpr int all_bits = 8 * static_cast<int>(sizeof(Key));

/// The lowest bits that numbers up to `last` have. Below `last` no number has all of them, which marks that
/// stand behind all numbers do.
constexpr int bits_up_to(std::int64_t last) {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(last)));
}

} // namespace newsgpu::cuda
