#pragma once

#include <newsgpu/count.hpp>

#include "cpu/list_store.hpp"
#include "cpu/term_set.hpp"
#include "cpu/term_totals.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/word_table.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace newsgpu::cpu {

/// @throw invalid_input if a document has 2^31 bytes or more.
void require_countable(documents_view documents, document_range range);

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
    using row_store = list_store<entry>;
    using row_visitor = std::function<void(row_store::list)>;
    using word_store = list_store<std::uint32_t>;
    using word_visitor = std::function<void(word_store::list)>;

    explicit term_reader(analyzer const& how);

    /// Calls `visit` for every document of the range, in order, with its distinct terms in no particular
    /// order; they are valid during the visit, or as long as `store`, which they are written to unless it is
    /// null.
    /// @throw invalid_input if a document has 2^31 bytes or more.
    void read(documents_view documents, document_range range, worker& self, row_visitor const& visit,
              row_store* store = nullptr);

    /// Whether all terms are single words: a document can then be read as their sequence.
    bool reads_words() const { return how_.unit == ngram_unit::words && how_.max_n == 1; }
    /// Calls `visit` for every document of the range, in order, with its terms as they follow each other;
    /// they are valid during the visit.
    /// @throw invalid_input if a document has 2^31 bytes or more.
    void read_words(documents_view documents, document_range range, worker& self, word_visitor const& visit);

    /// Reads documents only to add their terms up. A reader either does this or reads rows.
    void add_up(documents_view documents, document_range range, worker& self);

    /// Over all documents that were added up.
    term_total total_of(std::uint32_t term) const {
        return term < totals_.size() ? totals_[term] : term_total{};
    }

    /// All terms met, those that only begin longer ones included.
    term_set const& terms() const { return terms_; }
    /// Whether all n-grams of a length are terms that documents are asked for.
    bool are_terms(std::size_t length) const { return length >= static_cast<std::size_t>(how_.min_n); }
    /// Whether a term is one, not only the beginning of such.
    bool is_term(std::uint32_t term) const {
        return are_terms(terms_.length(term)) ||
               (!is_short_term_.empty() && term < is_short_term_.size() && is_short_term_[term]);
    }

    /// The text of a term of length 1; valid until the next document is read, a character in `scratch` until
    /// the next call.
    std::string_view part(std::uint32_t term, std::string& scratch) const;

    /// Appends the text of a term.
    void append_text(std::uint32_t term, std::string& out) const;

    /// What stands between the parts of a term.
    std::string_view separator() const { return how_.unit == ngram_unit::words ? " " : ""; }

    /// Bytes of memory in use.
    std::size_t memory() const;

private:
    void read(documents_view documents, document_range range, worker& self, row_visitor const* visit);
    template <class EndDocument>
    void read_tokens(documents_view documents, document_range range, worker& self, EndDocument end);
    void learn_words();
    std::size_t take_parts(std::uint32_t* words, std::size_t count);
    void end_characters_in_words(std::uint32_t const* words, std::size_t count);
    void make_word_terms(std::string_view word);
    void read_characters(std::string_view document, worker& self);

    std::uint32_t part_of_word(std::uint32_t word);
    std::uint32_t part_of_character(char32_t code_point);
    void put_ngrams(std::uint32_t const* parts, std::size_t count, worker& self);
    void extend(std::uint32_t* terms, std::uint32_t const* parts, std::size_t count, std::uint8_t length);
    void put(std::uint32_t const* terms, std::size_t count, std::uint32_t times);
    void add_to_totals(std::uint32_t const* terms, std::size_t count, std::uint32_t times);
    void end_document(row_visitor const* visit);

    analyzer how_;
    token_reader tokens_;
    normalizer normalizer_;
    word_table words_;
    term_set terms_;
    std::unordered_set<std::string> stop_words_;
    /// [words] whether a word is dropped; empty where none is.
    std::vector<std::uint8_t> is_stop_word_;
    /// The term of length 1 that a word or a code point is; of words, empty where both have the same number.
    std::vector<std::uint32_t> part_of_word_, part_of_character_;
    /// The tokens of a batch and of the document that it continues, and the n-grams that begin at each.
    buffer<std::uint32_t> parts_, ngrams_;
    /// [terms] occurrences in the document at hand; 0 between documents.
    buffer<std::uint32_t> in_document_;
    buffer<std::uint32_t> met_;
    bool adds_up_ = false;
    std::vector<term_total> totals_;
    std::uint32_t document_ = 1; ///< the number of the document at hand
    std::size_t num_met_ = 0;
    row_store* store_ = nullptr;
    buffer<entry> entries_;
    /// characters_in_words: [words] its terms, with repeats.
    list_store<std::uint32_t> word_lists_;
    std::vector<view<std::uint32_t const>> word_terms_;
    buffer<std::uint32_t> word_list_;
    std::vector<bool> is_short_term_;
    buffer<std::uint32_t> in_document_words_, met_words_, word_ngrams_;
    std::string scratch_;
};

} // namespace newsgpu::cpu
