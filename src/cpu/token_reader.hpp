#pragma once

#include <newsgpu/tokenize.hpp>

#include "cpu/parallel.hpp"
#include "unicode/normalizer.hpp"
#include "unicode/word_iterator.hpp"

#include <cstdint>
#include <functional>
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

/// Consecutive tokens of one document, normalized: the form in which counting and shingling read them.
struct token_batch {
    /// Bytes before the first and behind the last token that may be read (not relied on), so that a token can be
    /// loaded with whole vector registers.
    static constexpr std::size_t padding = 64;
    /// Cut so that a batch and what is made from it stay in the L1 and L2 caches. A longer token is a batch of its own.
    static constexpr std::size_t target_bytes = std::size_t{1} << 15;

    char const* text;
    /// [n] token i is `text[starts[i], ends[i])`.
    view<std::uint32_t const> starts, ends;

    std::int64_t size() const { return starts.size(); }
    std::string_view operator[](std::int64_t i) const { return {text + starts[i], ends[i] - starts[i]}; }
};

/// Finds the tokens of one document after another and gives their normalized text. One per thread.
class token_reader {
public:
    explicit token_reader(tokenizer const& how);

    /// The tokens of `document`, which has to live as long as `text` is asked for.
    /// They stay valid until the next call.
    std::vector<token_span> const& read(std::string_view document, worker& self);

    /// The normalized text of token i of the last document; valid until the next call of either function.
    std::string_view text(std::size_t i);

    /// Hands the normalized tokens of `document` to `visit`, batch after batch in order; a document without tokens
    /// has no batch. A batch is valid during its visit.
    /// @throw invalid_input if a single token has 2^32 bytes or more.
    void read_batches(std::string_view document, worker& self, std::function<void(token_batch const&)> const& visit);

private:
    void read_segments(worker& self, bool words_only);
    void read_lowered_words(worker& self);
    void read_characters(worker& self);
    void read_runs(worker& self);
    void drop_stop_words();

    token_kind kind_;
    unicode::normalizer normalizer_;
    unicode::word_iterator words_;
    std::unordered_set<std::string> stop_words_;
    std::string_view document_;
    std::vector<token_span> spans_;
    /// token_kind::sklearn only: the lowered text, and where each token lies in it.
    std::string lowered_;
    std::vector<token_span> lowered_spans_;
    std::string scratch_;
    /// read_batches: the text of a batch between its paddings, and where its tokens lie.
    buffer<char> batch_text_;
    std::vector<std::uint32_t> batch_starts_, batch_ends_;
};

} // namespace newsgpu::cpu
