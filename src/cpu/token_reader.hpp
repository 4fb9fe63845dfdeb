#pragma once

#include <newsgpu/tokenize.hpp>

#include "cpu/normalizer.hpp"
#include "cpu/parallel.hpp"
#include "cpu/text_cutter.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace newsgpu::cpu {

/// Byte positions in a document.
struct token_span {
    std::int64_t start, end;
    std::uint16_t status;
};

/// Consecutive tokens of one or more documents, normalized: the form in which counting and shingling read
/// them.
struct token_batch {
    /// Bytes before the first and behind the last token that may be read (not relied on), so that a token can
    /// be loaded with whole vector registers.
    static constexpr std::size_t padding = 64;
    /// Cut so that a batch and what is made from it stay in the L1 and L2 caches. A longer token is a batch
    /// of its own.
    static constexpr std::size_t target_bytes = std::size_t{1} << 15;

    char const* text;
    /// [n] token i is `text[starts[i], ends[i])`. Tokens may lie in any order.
    view<std::uint32_t const> starts, ends;
    /// For each document that ends in this batch, the number of the batch's tokens up to its end.
    view<std::uint32_t const> document_ends = {};

    std::int64_t size() const { return starts.size(); }
    std::string_view operator[](std::int64_t i) const { return {text + starts[i], ends[i] - starts[i]}; }
};

/// Finds the tokens of one document after another and gives their normalized text. One per thread.
class token_reader {
public:
    explicit token_reader(tokenizer const& how);
    ~token_reader();
    token_reader(token_reader&&) noexcept;
    token_reader& operator=(token_reader&&) noexcept;

    /// Hands the normalized tokens of `document` to `visit`, batch after batch in order; a document without
    /// tokens has no batch. A batch is valid during its visit.
    /// @throw invalid_input if a single token has 2^32 bytes or more.
    void read_batches(std::string_view document, worker& self,
                      std::function<void(token_batch const&)> const& visit);

    /// The same for documents `range`: a batch may hold the tokens of many short ones.
    void read_batches(documents_view documents, document_range range, worker& self,
                      std::function<void(token_batch const&)> const& visit);

    /// Where the tokens of `document` lie; valid until the next call.
    std::vector<token_span> const& read(std::string_view document, worker& self);

    /// The number of tokens of `document`.
    std::int64_t count(std::string_view document, worker& self);

    /// Whether every token that the cutter finds is one: there are no stop words, and none is too short.
    bool keeps_all() const { return stop_words_.empty() && min_length_ <= 1; }
    text_cutter& cutter() { return *cutter_; }

private:
    class batch_maker;

    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using text_set = std::unordered_set<std::string, text_hash, std::equal_to<>>;

    void make_batches(std::string_view document, worker& self);
    batch_maker& maker();
    void prepare_scan();

    token_kind kind_;
    segment_kernel const* kernel_;
    normalizer normalizer_;
    std::optional<normalizer> lower_; ///< token_kind::sklearn only
    /// Finds the tokens of ASCII text in one pass; null where the classes of characters do not decide.
    segment_kernel::scan_function* scan_ = nullptr;
    ascii_kinds ascii_; ///< of the characters that a token may hold
    text_set stop_words_;
    int min_length_;
    std::unique_ptr<text_cutter> cutter_;
    std::vector<token_span> spans_;
    std::unique_ptr<batch_maker> maker_;
};

/// A token's status from its kind: ICU's for segments, 0 for the kinds of token that have none.
constexpr std::uint16_t status_of(token_kind tokens, element::segment_kind kind) {
    if (tokens != token_kind::words && tokens != token_kind::segments) {
        return 0;
    }
    return element::rule_status(kind);
}

} // namespace newsgpu::cpu
