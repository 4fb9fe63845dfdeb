#pragma once

#include <cstdint>
#include <string_view>

// Where a document that is too large for one batch may be cut: its parts, read as documents of their own,
// have what the whole has.

namespace newsgpu::cuda {

enum class cut_rule {
    /// Before a byte that goes on with no sequence of UTF-8: nothing is read but single code points.
    code_points,
    /// Before ASCII white space: white space parts tokens and is none itself.
    spaces,
    /// Behind a line feed: a boundary to every rule of UAX #29, no part of a word to any kind of tokens, a
    /// boundary to every normalization form, and neither cased nor case-ignorable.
    lines,
    /// Nowhere: what is computed of a document needs all of it.
    nowhere,
};

/// The size of the first part of `text`: up to the last sure place within `limit` bytes (at least 1), else up
/// to the first one behind, else all of it.
std::int64_t first_part(cut_rule rule, std::string_view text, std::int64_t limit);

} // namespace newsgpu::cuda
