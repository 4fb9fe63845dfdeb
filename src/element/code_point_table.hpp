#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// One small value for every code point, in two stages: blocks of 64 that hold the same values are stored
// once. The whole table of word break classes has about 20 KB, and Chinese text touches two lines of it.

namespace newsgpu::element {

inline constexpr std::uint32_t num_code_points = 0x110000;

template <class T>
struct code_point_table {
    static constexpr std::uint32_t block_size = 64;

    std::uint16_t const* index = nullptr; ///< [0x110000 / block_size] number of a block
    T const* blocks = nullptr;            ///< [number of blocks * block_size]

    NEWSGPU_HD constexpr T operator[](std::uint32_t code_point) const {
        return blocks[index[code_point / block_size] * block_size + code_point % block_size];
    }
};

} // namespace newsgpu::element
