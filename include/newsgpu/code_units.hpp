#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>
#include <string_view>

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

    unit_text() = default;
    unit_text(void const* first, std::int64_t count, code_unit kind = code_unit::utf8)
        : units{first}, size{count}, unit{kind} {}
    unit_text(std::string_view utf8) : units{utf8.data()}, size{static_cast<std::int64_t>(utf8.size())} {}

    std::int64_t num_bytes() const {
        return unit == code_unit::ucs2 ? 2 * size : unit == code_unit::utf32 ? 4 * size : size;
    }
};

/// Documents wherever they lie, in whatever units: those of a documents_view, or texts as their owner holds
/// them. It owns neither.
class unit_documents {
public:
    unit_documents() = default;
    unit_documents(documents_view documents) : documents_{documents} {}
    unit_documents(corpus_view corpus) : documents_{corpus} {}
    unit_documents(string_column const& column) : documents_{column} {}
    /// A text without `units` is a missing document.
    explicit unit_documents(view<unit_text const> texts) : texts_{texts} {}

    std::int64_t size() const { return texts_.empty() ? documents_.size() : texts_.size(); }

    /// The corpus whose documents they are; null where each has a place of its own.
    corpus_view const* corpus() const { return texts_.empty() ? documents_.corpus() : nullptr; }

    /// The text of document `doc`; empty where it is missing.
    unit_text operator[](std::int64_t doc) const {
        return texts_.empty() ? unit_text{documents_[doc]} : texts_[doc];
    }

    bool is_missing(std::int64_t doc) const {
        return texts_.empty() ? documents_.is_missing(doc) : texts_[doc].units == nullptr;
    }

private:
    documents_view documents_;
    view<unit_text const> texts_;
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
