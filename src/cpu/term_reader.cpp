#include "cpu/term_reader.hpp"

#include <newsgpu/error.hpp>

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

namespace {

constexpr std::size_t num_code_points = 0x110000;

/// Positions between two looks at whether to stop.
constexpr std::size_t positions_per_checkpoint = std::size_t{1} << 14;

/// The tokens to read: for characters in words, what white space separates.
tokenizer tokens_for(analyzer const& how) {
    if (how.unit == ngram_unit::characters_in_words) {
        // White space ends every context that lowering looks at (a final sigma), so words can be lowered one
        // by one.
        return {token_kind::whitespace, how.form, {}};
    }
    return how.unit == ngram_unit::words ? how.tokens : tokenizer{};
}

/// Makes room for `count` more elements behind the `used` first ones.
void make_room(std::vector<std::uint32_t>& values, std::size_t used, std::size_t count) {
    if (values.size() < used + count) {
        values.resize(std::max(used + count, 2 * values.size()));
    }
}

} // namespace

term_reader::term_reader(analyzer const& how) : how_{how}, tokens_{tokens_for(how)}, normalizer_{how.form} {
    if (how.unit != ngram_unit::words) {
        part_of_character_.assign(num_code_points, term_set::none);
    }
}

std::vector<term_reader::entry> const& term_reader::read(std::string_view document, worker& self) {
    if (document.size() > 0xFFFF'FFFF) {
        throw invalid_input{"a document has " + std::to_string(document.size()) +
                            " bytes; one of 2^32 bytes or more cannot be counted"};
    }
    met_.clear();
    entries_.clear();
    switch (how_.unit) {
    case ngram_unit::words:
        read_words(document, self);
        break;
    case ngram_unit::characters:
        read_characters(document, self);
        break;
    case ngram_unit::characters_in_words:
        read_characters_in_words(document, self);
        break;
    }
    collect();
    return entries_;
}

void term_reader::read_words(std::string_view document, worker& self) {
    std::size_t count = 0;
    tokens_.read_batches(document, self, [&](token_batch const& batch) {
        auto const more = static_cast<std::size_t>(batch.size());
        make_room(parts_, count, more);
        words_.number(batch, parts_.data() + count);
        count += more;
    });
    parts_.resize(count);
    for (auto& part : parts_) {
        part = part_of_word(part);
    }
    put_ngrams(self);
}

void term_reader::read_characters(std::string_view document, worker& self) {
    auto const text = normalizer_.apply(document, scratch_);
    parts_.clear();
    auto const end = static_cast<std::int64_t>(text.size());
    std::int64_t spaces = 0;
    char32_t space = 0;
    // One white space stays as it is, two and more become one space.
    auto const end_spaces = [&] {
        if (spaces > 0) {
            parts_.push_back(part_of_character(spaces == 1 ? space : U' '));
        }
        spaces = 0;
    };
    for (std::int64_t at = 0; at < end;) {
        auto const here = element::decode(text.data(), at, end);
        if (unicode::is_space(here.code_point)) {
            ++spaces;
            space = here.code_point;
        } else {
            end_spaces();
            parts_.push_back(part_of_character(here.code_point));
        }
        at += here.length;
        if (parts_.size() % positions_per_checkpoint == 0) {
            self.checkpoint();
        }
    }
    end_spaces();
    put_ngrams(self);
}

void term_reader::read_characters_in_words(std::string_view document, worker& self) {
    met_words_.clear();
    tokens_.read_batches(document, self, [&](token_batch const& batch) {
        parts_.resize(static_cast<std::size_t>(batch.size()));
        auto words = words_.size();
        words_.number(batch, parts_.data());
        for (; words < words_.size(); ++words) {
            make_word_terms(words_[words]);
        }
        in_document_words_.resize(words_.size());
        for (auto const word : parts_) {
            if (in_document_words_[word]++ == 0) {
                met_words_.push_back(word);
            }
        }
    });
    for (auto const word : met_words_) {
        auto const first = word == 0 ? 0 : word_ends_[word - 1];
        put(word_terms_.data() + first, word_ends_[word] - first, in_document_words_[word]);
        in_document_words_[word] = 0;
    }
}

void term_reader::make_word_terms(std::string_view word) {
    auto& parts = ngrams_;
    parts.assign(1, part_of_character(U' '));
    auto const end = static_cast<std::int64_t>(word.size());
    for (std::int64_t at = 0; at < end;) {
        auto const here = element::decode(word.data(), at, end);
        parts.push_back(part_of_character(here.code_point));
        at += here.length;
    }
    parts.push_back(part_of_character(U' '));
    std::vector<std::uint32_t> terms = parts;
    auto const min_n = static_cast<std::size_t>(how_.min_n);
    auto const longest = std::min(static_cast<std::size_t>(how_.max_n), parts.size());
    for (std::size_t n = 1; n <= longest; ++n) {
        auto const count = parts.size() - n + 1;
        if (n > 1) {
            terms_.extend(terms.data(), parts.data() + n - 1, count, static_cast<std::uint8_t>(n));
        }
        // A padded word shorter than min_n is a term as a whole.
        if (n >= min_n || n == parts.size()) {
            word_terms_.insert(word_terms_.end(), terms.begin(),
                               terms.begin() + static_cast<std::ptrdiff_t>(count));
        }
    }
    word_ends_.push_back(word_terms_.size());
}

std::uint32_t term_reader::part_of_word(std::uint32_t word) {
    if (how_.max_n == 1) {
        // All terms are words, so both are numbered alike.
        if (word == terms_.size()) {
            terms_.add_part(word);
        }
        return word;
    }
    if (word >= part_of_word_.size()) {
        part_of_word_.resize(word + 1, term_set::none);
    }
    auto& part = part_of_word_[word];
    if (part == term_set::none) {
        part = terms_.add_part(word);
    }
    return part;
}

std::uint32_t term_reader::part_of_character(char32_t code_point) {
    auto& part = part_of_character_[code_point];
    if (part == term_set::none) {
        part = terms_.add_part(code_point);
    }
    return part;
}

/// Counts the n-grams of `parts_`, shorter ones first.
void term_reader::put_ngrams(worker& self) {
    if (how_.min_n == 1) {
        put(parts_.data(), parts_.size(), 1);
    }
    if (how_.max_n == 1) {
        return;
    }
    ngrams_ = parts_;
    auto const longest = std::min(static_cast<std::size_t>(how_.max_n), parts_.size());
    for (std::size_t n = 2; n <= longest; ++n) {
        auto const count = parts_.size() - n + 1;
        for (std::size_t first = 0; first < count; first += positions_per_checkpoint) {
            self.checkpoint();
            auto const some = std::min(positions_per_checkpoint, count - first);
            terms_.extend(ngrams_.data() + first, parts_.data() + first + n - 1, some,
                          static_cast<std::uint8_t>(n));
            if (n >= static_cast<std::size_t>(how_.min_n)) {
                put(ngrams_.data() + first, some, 1);
            }
        }
    }
}

/// Adds `times` occurrences of each of `terms` to the document at hand.
void term_reader::put(std::uint32_t const* terms, std::size_t count, std::uint32_t times) {
    if (in_document_.size() < terms_.size()) {
        in_document_.resize(std::max<std::size_t>(terms_.size(), 2 * in_document_.size()));
    }
    auto used = met_.size();
    met_.resize(used + count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& occurrences = in_document_[terms[i]];
        // Without a branch: whether a term is new to the document is close to a coin toss.
        met_[used] = terms[i];
        used += occurrences == 0;
        occurrences += times;
    }
    met_.resize(used);
}

/// Moves the counts of the document at hand to `entries_`.
void term_reader::collect() {
    entries_.resize(met_.size());
    for (std::size_t i = 0; i < met_.size(); ++i) {
        auto& occurrences = in_document_[met_[i]];
        entries_[i] = {met_[i], occurrences};
        occurrences = 0;
    }
}

std::string_view term_reader::part(std::uint32_t term, std::string& scratch) const {
    auto const part = terms_[term].part;
    if (how_.unit == ngram_unit::words) {
        return words_[part];
    }
    scratch.resize(4);
    scratch.resize(static_cast<std::size_t>(element::encode(part, scratch.data())));
    return scratch;
}

void term_reader::append_text(std::uint32_t term, std::string& out) const {
    std::vector<std::uint32_t> parts;
    for (; terms_[term].prefix != term_set::none; term = terms_[term].prefix) {
        parts.push_back(terms_[term].part);
    }
    std::string scratch;
    out += part(term, scratch);
    for (auto next = parts.rbegin(); next != parts.rend(); ++next) {
        out += separator();
        out += part(*next, scratch);
    }
}

std::size_t term_reader::memory() const {
    return words_.memory() + terms_.memory() + word_terms_.size() * sizeof word_terms_[0];
}

} // namespace newsgpu::cpu
