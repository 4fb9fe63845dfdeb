#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace newsgpu {

/// Strings stored end to end: Arrow's large-string layout, owned.
///
/// String i is `bytes[offsets[i], offsets[i + 1])`. `offsets` has one entry more than there are strings;
/// a default-constructed column holds none.
struct string_column {
    buffer<char> bytes;
    buffer<std::int64_t> offsets = buffer<std::int64_t>(1, 0);

    std::int64_t size() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    std::string_view operator[](std::int64_t i) const {
        return {bytes.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
    }
    void push_back(std::string_view text) {
        bytes.insert(bytes.end(), text.begin(), text.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
};

/// The columns one after another; each is given back once it is copied.
string_column concatenate(std::vector<string_column> columns);

class resident_text;

/// Documents that somebody else owns: UTF-8 bytes, `offsets[D + 1]`, and which of them are present.
///
/// Bytes may be ill-formed UTF-8: each maximal ill-formed subpart reads as U+FFFD (Unicode 15.0,
/// section 3.9). `offsets` need not start at 0, so a run of documents of a larger corpus is a view too.
class corpus_view {
public:
    corpus_view() = default;

    /// @param bytes the text of the documents; every offset lies inside it.
    /// @param offsets ascending, one more than there are documents.
    /// @param validity one bit a document, least significant first (Arrow's bitmap), 0 for a missing one;
    ///   null where none is missing.
    /// @param validity_offset the bit of `validity` that belongs to document 0.
    /// @throw invalid_input if offsets descend or leave `bytes`. Cost: O(documents).
    corpus_view(view<char const> bytes, view<std::int64_t const> offsets,
                std::uint8_t const* validity = nullptr, std::int64_t validity_offset = 0);

    corpus_view(string_column const& column);

    std::int64_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
    std::int64_t num_bytes() const { return empty() ? 0 : offsets_.back() - offsets_.front(); }
    bool empty() const { return size() == 0; }

    /// The text of document `doc`; empty where it is missing.
    std::string_view operator[](std::int64_t doc) const {
        if (is_missing(doc)) {
            return {};
        }
        return {bytes_.data() + offsets_[doc], static_cast<std::size_t>(offsets_[doc + 1] - offsets_[doc])};
    }

    /// A missing document is a row without tokens and a duplicate of nothing.
    bool is_missing(std::int64_t doc) const {
        auto const bit = validity_offset_ + doc;
        return validity_ != nullptr && ((validity_[bit / 8] >> (bit % 8)) & 1) == 0;
    }

    view<char const> bytes() const { return bytes_; }
    view<std::int64_t const> offsets() const { return offsets_; }

    /// Documents `[first, first + count)`.
    corpus_view subview(std::int64_t first, std::int64_t count) const;

    /// The copy that a device_corpus keeps of these documents; null where there is none.
    resident_text const* resident() const { return resident_; }

private:
    friend class device_corpus;

    view<char const> bytes_;
    view<std::int64_t const> offsets_;
    std::uint8_t const* validity_ = nullptr;
    std::int64_t validity_offset_ = 0;
    resident_text const* resident_ = nullptr;
};

/// Documents wherever they lie: those of a corpus, or strings that each have a place of their own. It owns
/// neither.
class documents_view {
public:
    documents_view() = default;
    documents_view(corpus_view corpus) : corpus_{corpus} {}
    documents_view(string_column const& column) : corpus_{column} {}
    /// A text without `data()` is a missing document.
    explicit documents_view(view<std::string_view const> texts) : texts_{texts} {}

    std::int64_t size() const { return texts_.empty() ? corpus_.size() : texts_.size(); }

    /// The corpus whose documents they are; null where each has a place of its own.
    corpus_view const* corpus() const { return texts_.empty() ? &corpus_ : nullptr; }

    /// The text of document `doc`; empty where it is missing.
    std::string_view operator[](std::int64_t doc) const {
        return texts_.empty() ? corpus_[doc] : texts_[doc];
    }

    bool is_missing(std::int64_t doc) const {
        return texts_.empty() ? corpus_.is_missing(doc) : texts_[doc].data() == nullptr;
    }

private:
    corpus_view corpus_;
    view<std::string_view const> texts_;
};

/// A corpus that owns its text, for callers that have no Arrow buffers at hand.
string_column make_corpus(std::span<std::string const> texts);

} // namespace newsgpu
