#pragma once

#include <newsgpu/count.hpp>

#include "cpu/term_set.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/word_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace newsgpu::cpu {

/// Reads documents as bags of terms. One per worker; it numbers the terms it meets in order of first sight,
/// which is also their order in the text: within a document (within a word, for `characters_in_words`)
/// shorter n-grams first.
class term_reader {
public:
    /// How often the document at hand holds a term.
    struct entry {
        std::uint32_t term;
        std::uint32_t count;
    };

    explicit term_reader(analyzer const& how);

    /// The distinct terms of `document`, in no particular order; valid until the next call.
    /// @throw invalid_input if the document has 2^32 bytes or more.
    std::vector<entry> const& read(std::string_view document, worker& self);

    /// All terms met, those that only begin longer ones included.
    term_set const& terms() const { return terms_; }

    /// The text of a term of length 1; valid until the next document is read.
    std::string_view part(std::uint32_t term, std::string& scratch) const;

    /// Appends the text of a term.
    void append_text(std::uint32_t term, std::string& out) const;

    /// What stands between the parts of a term.
    std::string_view separator() const { return how_.unit == ngram_unit::words ? " " : ""; }

    /// Bytes of memory in use.
    std::size_t memory() const;

private:
    void read_words(std::string_view document, worker& self);
    void read_characters(std::string_view document, worker& self);
    void read_characters_in_words(std::string_view document, worker& self);
    void make_word_terms(std::string_view word);
    void fold_text(std::string_view document, worker& self);

    std::uint32_t part_of_word(std::uint32_t word);
    std::uint32_t part_of_character(char32_t code_point);
    void put_ngrams(worker& self);
    void put(std::uint32_t const* terms, std::size_t count, std::uint32_t times);
    void collect();

    analyzer how_;
    token_reader tokens_;
    normalizer normalizer_;
    word_table<> words_;
    term_set terms_;
    /// The term of length 1 that a word or a code point is.
    std::vector<std::uint32_t> part_of_word_, part_of_character_;
    /// The document's parts, and the n-grams that begin at each of them.
    std::vector<std::uint32_t> parts_, ngrams_;
    /// [terms] occurrences in the document at hand; 0 between documents.
    std::vector<std::uint32_t> in_document_;
    std::vector<std::uint32_t> met_;
    std::vector<entry> entries_;
    /// characters_in_words: the terms of word w are `word_terms_[word_ends_[w - 1], word_ends_[w])`, with
    /// repeats.
    std::vector<std::uint32_t> word_terms_;
    std::vector<std::size_t> word_ends_;
    std::vector<std::uint32_t> in_document_words_, met_words_;
    std::string scratch_;
};

} // namespace newsgpu::cpu
