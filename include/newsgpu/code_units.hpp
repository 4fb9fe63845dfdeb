#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>

namespace newsgpu {

/// How a text holds its code points.
enum class code_unit {
    utf8,   ///< bytes, taken as they are
    latin1, ///< a byte each
    ucs2,   ///< two bytes each, in the processor's order; pairs of surrogates are not joined
    utf32,  ///< four bytes each, in the processor's order
};

/// A text that somebody else owns: `size` units, of one, two or four bytes.
struct unit_text {
    void const* units = nullptr;
    std::int64_t size = 0;
    code_unit unit = code_unit::utf8;
};

/// UTF-8 of texts as CPython's `str` and UTF-32 strings hold them, end to end.
///
/// @throw invalid_input for a lone surrogate, which is no Unicode text: the message names the first text that
///   has one, and its character. `utf8` texts may be ill-formed.
/// Cost: one pass over the texts, at the speed of memory. Room is asked for the most that the texts can
/// become (two bytes for a byte of Latin-1, three for two, four for four); what is not needed is never
/// written.
string_column encode_utf8(view<unit_text const> texts, execution const& run = {});

} // namespace newsgpu
