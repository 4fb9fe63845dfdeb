#pragma once

#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/error.hpp>

#include "element/lsh.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

// What a duplicate index is made of. Documents are numbered in the order in which they were added, and so are
// texts: the different ones among them that have shingles, each numbered where it first occurs.
//
// The arrays of a segment may lie in a file that somebody made by hand. Everything that is read from them and
// used as a place is checked on use; what is wrong then is an answer, never an access outside of them.

namespace newsgpu {

/// A text under a key, in one number that orders by (key, text).
using keyed_text = std::uint64_t;

constexpr keyed_text key_text(std::uint32_t key, std::uint32_t text) {
    return static_cast<keyed_text>(key) << 32 | text;
}

/// A text by the 128 bits that stand for its units in their order. The layout is that of the file.
struct identified_text {
    std::uint64_t first, second;
    std::uint32_t text;
    std::uint32_t padding = 0;

    friend auto operator<=>(identified_text const&, identified_text const&) = default;
};
static_assert(sizeof(identified_text) == 24);

inline constexpr std::uint32_t no_text = std::numeric_limits<std::uint32_t>::max();

/// Documents `[first_document, first_document + num_documents())`, and the texts that are new with them.
struct index_segment {
    std::uint32_t first_document = 0, first_text = 0;

    /// [documents + 1], [bytes]: the ids of the documents.
    view<std::int64_t const> id_offsets;
    view<char const> id_bytes;
    /// [texts]: the document in which the text first occurs.
    view<std::uint32_t const> text_documents;
    /// [texts + 1], [shingles]: the set of each text, ascending.
    view<std::int64_t const> set_offsets;
    view<std::uint64_t const> shingles;
    /// [texts][minima]: a byte of each minimum.
    view<std::uint8_t const> sketches;
    /// [texts], ascending.
    view<identified_text const> identities;
    /// (text, document), ascending: the documents of this segment that have a text of an earlier document.
    view<std::uint64_t const> copies;
    /// Ascending: the texts under their keys, a table for each band.
    std::vector<view<keyed_text const>> tables;

    bool is_file = false;
    /// Holds the arrays.
    std::shared_ptr<void const> owner;

    std::int64_t num_documents() const { return std::max<std::int64_t>(id_offsets.size() - 1, 0); }
    std::int64_t num_texts() const { return text_documents.size(); }

    std::int64_t num_bytes() const {
        auto const bytes = [](auto const& values) {
            return values.size() * static_cast<std::int64_t>(sizeof(values[0]));
        };
        auto sum = bytes(id_offsets) + bytes(id_bytes) + bytes(text_documents) + bytes(set_offsets) +
                   bytes(shingles) + bytes(sketches) + bytes(identities) + bytes(copies);
        for (auto const& table : tables) {
            sum += bytes(table);
        }
        return sum;
    }

    std::string_view id(std::int64_t document) const {
        return as_string(slice(id_bytes, id_offsets, document - first_document));
    }

    view<std::uint64_t const> set(std::uint32_t text) const {
        return slice(shingles, set_offsets, std::int64_t{text} - first_text);
    }

private:
    template <class T>
    static view<T const> slice(view<T const> values, view<std::int64_t const> offsets, std::int64_t i) {
        auto const first = offsets[i];
        auto const last = offsets[i + 1];
        if (first < 0 || first > last || last > values.size()) {
            throw corrupt_file{"an index has offsets outside of what they belong to"};
        }
        return values.subview(first, last - first);
    }
};

/// How many tables texts are entered into, and what their keys are.
inline std::int32_t num_tables(duplicate_index_options const& options, element::lsh_plan const& plan) {
    if (plan.bands > 0) {
        return plan.bands; // one for each band
    }
    // The prefix of a set; for containment what is behind it too.
    return options.similarity == set_similarity::jaccard ? 1 : 2;
}

/// All of an index; never changes once made.
struct index_contents {
    duplicate_index_options options;
    element::lsh_plan plan;
    /// In order of documents, each beginning where the one before ends.
    std::vector<std::shared_ptr<index_segment const>> segments;

    std::int64_t num_documents() const {
        return segments.empty() ? 0 : segments.back()->first_document + segments.back()->num_documents();
    }
    std::int64_t num_texts() const {
        return segments.empty() ? 0 : segments.back()->first_text + segments.back()->num_texts();
    }

    /// @throw corrupt_file if there is no such text.
    index_segment const& segment_of_text(std::uint32_t text) const {
        auto const after = std::upper_bound(
            segments.begin(), segments.end(), text,
            [](std::uint32_t wanted, auto const& segment) { return wanted < segment->first_text; });
        if (text >= num_texts() || after == segments.begin()) {
            throw corrupt_file{"an index names a text that it does not have"};
        }
        return **(after - 1);
    }

    /// @throw corrupt_file if there is no such document.
    index_segment const& segment_of_document(std::int64_t document) const {
        auto const after = std::upper_bound(
            segments.begin(), segments.end(), document,
            [](std::int64_t wanted, auto const& segment) { return wanted < segment->first_document; });
        if (document < 0 || document >= num_documents() || after == segments.begin()) {
            throw corrupt_file{"an index names a document that it does not have"};
        }
        return **(after - 1);
    }
};

} // namespace newsgpu
