#pragma once

#include "element/word_break.hpp"
#include "unicode/code_point_table.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace newsgpu::unicode {

/// ICU's word break rules as it compiled them: an automaton over word classes.
struct word_automaton {
    static constexpr std::uint8_t start = 1, stop = 0;
    static constexpr std::size_t max_states = 128;

    std::uint8_t next[max_states][element::num_word_classes] = {};
    bool accepting[max_states] = {};
    element::segment_kind kind[max_states] = {};
};

/// The rules of the installed ICU.
struct word_rules {
    word_automaton automaton;
    /// Class and marks of every code point, as element/word_break.hpp defines them.
    code_point_values<std::uint8_t> classes;
};

/// Reads the rules out of ICU's data.
///
/// Nothing is returned where element/word_break.hpp does not fit them: an unknown format, a class of
/// characters that it does not know, or any string of four classes that it would cut or name in another way.
std::optional<word_rules> load_word_rules();

} // namespace newsgpu::unicode
