#pragma once

#include "checksum.hpp"
#include "index_layout.hpp"
#include "unicode/properties.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <vector>

static_assert(std::endian::native == std::endian::little, "index files are written and mapped as they are");

namespace newsgpu {

/// Bytes of a head and a directory of so many sections, padded.
constexpr std::int64_t head_bytes(std::size_t num_sections) {
    return padded(static_cast<std::int64_t>(sizeof(index_head) + num_sections * sizeof(section_entry)));
}

/// The version of the installed ICU, as a head holds it.
inline std::array<char, 24> icu_name() {
    std::array<char, 24> name{};
    unicode::icu_version().copy(name.data(), name.size() - 1);
    return name;
}

/// The checksum of a head and its directory.
inline std::uint64_t head_checksum(index_head head, std::vector<section_entry> const& directory) {
    head.checksum = 0;
    std::vector<char> bytes(static_cast<std::size_t>(head_bytes(directory.size())));
    std::memcpy(bytes.data(), &head, sizeof head);
    if (!directory.empty()) {
        std::memcpy(bytes.data() + sizeof head, directory.data(), directory.size() * sizeof(section_entry));
    }
    stripe_checksum sum;
    sum.add(bytes.data(), std::ssize(bytes));
    return sum.value();
}

} // namespace newsgpu
