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
    /// Of a code point that joins and does not change: its combining class in place of the length, and
    /// whether a code point before it may take it up.
    static constexpr std::uint32_t class_shift = length_shift;
    static constexpr std::uint32_t class_mask = 0xFF;
    static constexpr std::uint32_t composes = 1u << offset_shift;

    NEWSGPU_HD static constexpr std::uint32_t length(std::uint32_t entry) {
        return entry >> length_shift & length_mask;
    }
    NEWSGPU_HD constexpr char const* mapping(std::uint32_t entry) const {
        return bytes + (entry >> offset_shift);
    }
    NEWSGPU_HD static constexpr std::uint32_t combining_class(std::uint32_t entry) {
        return (entry & joins) != 0 ? entry >> class_shift & class_mask : 0;
    }
    /// Whether a code point that joins stays as it is behind the one of `before`, and leaves that as it is:
    /// neither changes, none takes the other up, and they are in canonical order (UAX #15). If this is so for
    /// all that join a code point, all of them stay.
    NEWSGPU_HD static constexpr bool stays_behind(std::uint32_t entry, std::uint32_t before) {
        auto const own = combining_class(entry);
        return ((entry | before) & changes) == 0 && (entry & composes) == 0 && own != 0 &&
               own >= combining_class(before);
    }
};

} // namespace newsgpu::element
