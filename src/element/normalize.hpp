#pragma once

#include "element/code_point_table.hpp"
#include "element/host_device.hpp"

#include <cstdint>

// A form of text, as what it does to single code points. A code point with a boundary before it, followed by
// another one, becomes its mapping whatever is around it; the rest (combining marks, jamo) is for the exact
// routine.

namespace newsgpu::element {

/// Its lower case depends on its neighbours.
inline constexpr char32_t capital_sigma = 0x03A3;

struct normalization_table {
    /// What becomes of a code point: where its mapping begins in `bytes`, how long it is, and two marks.
    code_point_table<std::uint32_t> entries;
    char const* bytes = nullptr; ///< four more than the last mapping has may be read

    static constexpr std::uint32_t changes = 1; ///< it becomes its mapping
    static constexpr std::uint32_t joins = 2;   ///< no boundary before it: it may change with what precedes
    static constexpr std::uint32_t length_shift = 2;
    static constexpr std::uint32_t length_mask = 0xFF;
    static constexpr std::uint32_t offset_shift = 10;

    NEWSGPU_HD static constexpr std::uint32_t length(std::uint32_t entry) {
        return entry >> length_shift & length_mask;
    }
    NEWSGPU_HD constexpr char const* mapping(std::uint32_t entry) const {
        return bytes + (entry >> offset_shift);
    }
};

} // namespace newsgpu::element
