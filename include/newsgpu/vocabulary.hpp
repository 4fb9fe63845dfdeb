#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace newsgpu {

/// The distinct terms of a corpus in code point order: term i is column i.
///
/// An n-gram is kept as its parts, not as text, so a million bigrams cost 13 bytes each until somebody reads
/// them.
class vocabulary {
public:
    /// Where a term lies: n-gram `index` of those with `length` parts.
    struct place {
        std::uint32_t index;
        std::uint8_t length;
    };

    vocabulary() = default;

    /// @param parts the distinct parts in code point order: the n-grams of length 1.
    /// @param separator stands between the parts of a term.
    /// @param levels [n - 2]: the distinct n-grams, n >= 2, ascending; each is (index of its first n - 1
    ///   parts among those of length n - 1) << 32 | index of its last part.
    /// @param terms [V]: the terms, in the order of their text.
    vocabulary(string_column parts, std::string separator, std::vector<buffer<std::uint64_t>> levels,
               buffer<place> terms);

    std::int64_t size() const { return static_cast<std::int64_t>(terms_.size()); }

    /// The number of parts of a term.
    int length(std::int64_t term) const { return terms_[static_cast<std::size_t>(term)].length; }

    /// The text of one term.
    std::string text(std::int64_t term) const;

    /// The text of the given terms, or of all. Cost: one pass over the text made.
    /// @throw invalid_input for a term that is not there.
    string_column texts(view<std::int32_t const> terms, execution const& run = {}) const;
    string_column texts(execution const& run = {}) const;

    /// Bytes of the text of a term.
    std::size_t text_size(std::int64_t term) const;

    /// Writes the text of a term; returns where it ends. What lies between that and `end` may be overwritten.
    char* write_text(std::int64_t term, char* to, char const* end) const;

private:
    template <class Visit>
    std::uint32_t visit_parts(std::int64_t term, Visit visit) const;

    string_column parts_;
    std::string separator_;
    std::vector<buffer<std::uint64_t>> levels_;
    buffer<place> terms_;
};

} // namespace newsgpu
