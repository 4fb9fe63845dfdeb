#include "ngram_tree.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace newsgpu {

namespace {

std::uint32_t prefix_of(ngram_tree const& tree, std::size_t length, std::size_t index) {
    return static_cast<std::uint32_t>(tree.levels[length - 2][index] >> 32);
}

/// [length - 1][index]: the column of each n-gram of the tree.
using tree_columns = std::vector<std::vector<std::uint32_t>>;

/// Whether the n-grams of the greatest length are the terms.
bool only_longest_are_terms(ngram_tree const& tree) {
    for (std::size_t length = 1; length <= tree.max_length(); ++length) {
        auto const& is_term = tree.is_term[length - 1];
        auto const expected = std::uint8_t{length == tree.max_length()};
        if (!std::all_of(is_term.begin(), is_term.end(), [&](std::uint8_t is) { return is == expected; })) {
            return false;
        }
    }
    return tree.max_length() > 0;
}

/// The columns where only the longest n-grams are terms: they are in order.
tree_columns columns_of_longest(ngram_tree const& tree, buffer<vocabulary::place>& terms) {
    tree_columns columns;
    for (std::size_t length = 1; length <= tree.max_length(); ++length) {
        columns.emplace_back(tree.size(length), arranged_terms::none);
    }
    auto& longest = columns.back();
    std::iota(longest.begin(), longest.end(), 0u);
    terms.resize(longest.size());
    std::transform(longest.begin(), longest.end(), terms.begin(), [&](std::uint32_t index) {
        return vocabulary::place{index, static_cast<std::uint8_t>(tree.max_length())};
    });
    return columns;
}

/// Columns in the order of the tree read from its root, each n-gram before those that it begins: the order of
/// the text, because the separator sorts before every byte of a part.
tree_columns columns_by_tree(ngram_tree const& tree, buffer<vocabulary::place>& terms) {
    auto const levels = tree.max_length();
    tree_columns columns(levels);
    // First the number of terms in each subtree, then where it begins.
    for (auto length = levels; length >= 1; --length) {
        auto& sizes = columns[length - 1];
        sizes.resize(tree.size(length));
        for (std::uint32_t i = 0; i < sizes.size(); ++i) {
            sizes[i] += tree.is_term[length - 1][i];
        }
        if (length > 1) {
            auto& above = columns[length - 2];
            above.resize(tree.size(length - 1));
            for (std::uint32_t i = 0; i < sizes.size(); ++i) {
                above[prefix_of(tree, length, i)] += sizes[i];
            }
        }
    }
    std::vector<std::uint32_t> free_above;
    for (std::size_t length = 1; length <= levels; ++length) {
        std::vector<std::uint32_t> free(columns[length - 1].size());
        std::uint32_t next = 0;
        for (std::uint32_t i = 0; i < columns[length - 1].size(); ++i) {
            auto const is_term = tree.is_term[length - 1][i];
            auto& begin = length == 1 ? next : free_above[prefix_of(tree, length, i)];
            auto const size = columns[length - 1][i];
            auto const column = begin;
            begin += size;
            columns[length - 1][i] = is_term != 0 ? column : arranged_terms::none;
            free[i] = column + is_term;
        }
        if (length == 1) {
            if (next > 0x7FFF'FFFF) { // columns are numbered by 32 bits with a sign
                throw std::length_error{"more than 2^31 - 1 distinct terms"};
            }
            terms.resize(next);
        }
        free_above = std::move(free);
    }
    for (std::size_t length = 1; length <= levels; ++length) {
        for (std::uint32_t i = 0; i < columns[length - 1].size(); ++i) {
            if (auto const column = columns[length - 1][i]; column != arranged_terms::none) {
                terms[column] = {i, static_cast<std::uint8_t>(length)};
            }
        }
    }
    return columns;
}

/// Whether n-grams of different parts can have the same text or another order than their parts.
bool separator_is_ambiguous(string_column const& parts, std::string_view separator, std::size_t max_length) {
    return !separator.empty() && max_length > 1 &&
           std::any_of(parts.bytes.begin(), parts.bytes.end(), [&](char byte) {
               return static_cast<unsigned char>(byte) <= static_cast<unsigned char>(separator[0]);
           });
}

/// Columns by comparing the text of all terms. `terms` holds all n-grams that are terms, and then the first
/// of each column.
tree_columns columns_by_text(ngram_tree const& tree, vocabulary const& all, term_identity identity,
                             buffer<vocabulary::place>& terms) {
    struct text_item {
        std::string text;
        vocabulary::place place;
    };
    std::vector<text_item> items;
    items.reserve(terms.size());
    for (std::int64_t i = 0; i < all.size(); ++i) {
        items.push_back({all.text(i), terms[static_cast<std::size_t>(i)]});
    }
    std::sort(items.begin(), items.end(), [](text_item const& a, text_item const& b) {
        return std::tie(a.text, a.place.length, a.place.index) <
               std::tie(b.text, b.place.length, b.place.index);
    });
    tree_columns columns(tree.max_length());
    for (std::size_t length = 1; length <= columns.size(); ++length) {
        columns[length - 1].assign(tree.size(length), arranged_terms::none);
    }
    terms.clear();
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto const& [text, place] = items[i];
        bool const same = i > 0 && text == items[i - 1].text &&
                          (identity == term_identity::text || place.length == items[i - 1].place.length);
        if (!same) {
            terms.push_back(place);
        }
        columns[place.length - 1u][place.index] = static_cast<std::uint32_t>(terms.size() - 1);
    }
    return columns;
}

} // namespace

arranged_terms arrange_terms(ngram_tree const& tree, term_identity identity) {
    arranged_terms made;
    made.columns = only_longest_are_terms(tree) ? columns_of_longest(tree, made.terms)
                                                : columns_by_tree(tree, made.terms);
    if (separator_is_ambiguous(tree.parts, tree.separator, tree.max_length())) {
        auto const num_places = made.terms.size();
        vocabulary const all{tree.parts, tree.separator, tree.levels, made.terms};
        made.columns = columns_by_text(tree, all, identity, made.terms);
        made.several_places = made.terms.size() < num_places;
    }
    return made;
}

} // namespace newsgpu
