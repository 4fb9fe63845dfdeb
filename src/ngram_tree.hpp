#pragma once

#include <newsgpu/vocabulary.hpp>

#include "backend.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace newsgpu {

/// The distinct n-grams of some documents, by length.
struct ngram_tree {
    /// The n-grams of length 1, in code point order.
    string_column parts;
    /// What stands between the parts of an n-gram.
    std::string separator;
    /// [n - 2]: those of length n, ascending, as `vocabulary` has them.
    std::vector<buffer<std::uint64_t>> levels;
    /// [n - 1][index]: 0 for one that only begins longer n-grams.
    std::vector<std::vector<std::uint8_t>> is_term;

    std::size_t max_length() const { return is_term.size(); }
    std::size_t size(std::size_t length) const { return is_term[length - 1].size(); }
};

/// Which column each n-gram of a tree is.
struct arranged_terms {
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    /// [n - 1][index]: `none` for what is no term.
    std::vector<std::vector<std::uint32_t>> columns;
    /// [columns] the n-gram of each, in the order of their text.
    buffer<vocabulary::place> terms;
    /// Some column is of several n-grams: parts hold the separator, so n-grams can share a text.
    bool several_places = false;
};

arranged_terms arrange_terms(ngram_tree const& tree, term_identity identity);

} // namespace newsgpu
