#pragma once

#include "element/dictionary.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace newsgpu::unicode {

/// Owns the slots of an element::pilot_table.
struct pilot_slots {
    std::vector<std::uint8_t> pilots;
    std::vector<std::uint64_t> slots;

    element::pilot_table table() const;
};

/// Owns an element::dictionary.
struct dictionary {
    std::vector<std::uint8_t> costs;
    pilot_slots pairs, edges;

    element::dictionary table() const { return {costs.data(), pairs.table(), edges.table()}; }
};

/// ICU's dictionary of Chinese and Japanese words; nothing where its format is not the known one.
std::optional<dictionary> load_dictionary();

} // namespace newsgpu::unicode
