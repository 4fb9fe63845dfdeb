#include "cpu/term_reader.hpp"

#include <newsgpu/error.hpp>

#include "analyzer.hpp"
#include "element/code_point_table.hpp"
#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

namespace {

/// Counts of a document then fit 31 bits, a sign beside them.
constexpr std::size_t max_document_bytes = 0x7FFF'FFFF;

/// Positions between two looks at whether to stop.
constexpr std::size_t positions_per_checkpoint = std::size_t{1} << 14;

/// The tokens to read. Stop words are told by their numbers, once each, not by every token's text.
tokenizer tokens_to_read(analyzer const& how) {
    auto tokens = tokens_of(how);
    tokens.stop_words.clear();
    return tokens;
}

/// Makes room for `count` more elements behind the `used` first ones.
template <class T>
void make_room(buffer<T>& values, std::size_t used, std::size_t count) {
    if (values.size() < used + count) {
        values.resize(std::max(used + count, 2 * values.size()));
    }
}

/// Makes room for `size` elements; new ones are 0.
void make_zeros(buffer<std::uint32_t>& values, std::size_t size) {
    if (values.size() < size) {
        auto const known = values.size();
        values.resize(std::max(size, 2 * known));
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(known), values.end(), 0);
    }
}

} // namespace

void require_countable(documents_view documents, document_range range) {
    for (auto doc = range.first; doc < range.last; ++doc) {
        if (documents[doc].size() > max_document_bytes) {
            throw invalid_input{"a document has " + std::to_string(documents[doc].size()) +
                                " bytes; one of 2^31 bytes or more cannot be counted"};
        }
    }
}

term_reader::term_reader(analyzer const& how)
    : how_{how}, tokens_{tokens_to_read(how)}, normalizer_{how.form} {
    if (how.unit == ngram_unit::words) {
        stop_words_ = {how.tokens.stop_words.begin(), how.tokens.stop_words.end()};
    } else {
        part_of_character_.assign(element::num_code_points, term_set::none);
    }
}

void term_reader::read(documents_view documents, document_range range, worker& self, row_visitor const& visit,
                       row_store* store) {
    adds_up_ = false;
    store_ = store;
    read(documents, range, self, &visit);
}

void term_reader::read_words(documents_view documents, document_range range, worker& self,
                             word_visitor const& visit) {
    require_countable(documents, range);
    read_tokens(documents, range, self, [&](std::uint32_t* words, std::size_t count) {
        visit({words, static_cast<std::int64_t>(take_parts(words, count))});
    });
}

void term_reader::add_up(documents_view documents, document_range range, worker& self) {
    adds_up_ = true;
    read(documents, range, self, nullptr);
}

void term_reader::read(documents_view documents, document_range range, worker& self,
                       row_visitor const* visit) {
    require_countable(documents, range);
    if (how_.unit != ngram_unit::characters) {
        read_tokens(documents, range, self, [&](std::uint32_t* words, std::size_t count) {
            if (how_.unit == ngram_unit::words) {
                put_ngrams(words, take_parts(words, count), self);
            } else {
                end_characters_in_words(words, count);
            }
            end_document(visit);
        });
        return;
    }
    for (auto doc = range.first; doc < range.last; ++doc) {
        self.checkpoint();
        read_characters(documents[doc], self);
        end_document(visit);
    }
}

/// Calls `end(words, count)` for every document with its words, which it may change.
template <class EndDocument>
void term_reader::read_tokens(documents_view documents, document_range range, worker& self, EndDocument end) {
    // Tokens of a document that the next batch continues.
    std::size_t held = 0;
    tokens_.read_batches(documents, range, self, [&](token_batch const& batch) {
        self.checkpoint();
        auto const count = static_cast<std::size_t>(batch.size());
        make_room(parts_, held, count);
        words_.number(batch, parts_.data() + held);
        learn_words();
        std::size_t begin = 0;
        for (auto const tokens_before : batch.document_ends) {
            auto const next = held + tokens_before;
            end(parts_.data() + begin, next - begin);
            begin = next;
        }
        auto const left = held + count - begin;
        std::copy_n(parts_.begin() + static_cast<std::ptrdiff_t>(begin), left, parts_.begin());
        held = left;
    });
}

/// Looks at the words that were met for the first time.
void term_reader::learn_words() {
    if (how_.unit == ngram_unit::characters_in_words) {
        while (word_terms_.size() < words_.size()) {
            make_word_terms(words_[static_cast<std::uint32_t>(word_terms_.size())]);
        }
        return;
    }
    if (!stop_words_.empty()) {
        while (is_stop_word_.size() < words_.size()) {
            std::string const word{words_[static_cast<std::uint32_t>(is_stop_word_.size())]};
            is_stop_word_.push_back(stop_words_.count(word) != 0);
        }
    } else if (how_.max_n == 1) {
        // All terms are words, so both are numbered alike.
        while (terms_.size() < words_.size()) {
            terms_.add_part(terms_.size());
        }
    }
}

/// Turns words into the terms of length 1 that they are, and leaves stop words out. Returns how many are
/// left.
std::size_t term_reader::take_parts(std::uint32_t* words, std::size_t count) {
    if (!stop_words_.empty()) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count; ++i) {
            words[kept] = words[i];
            kept += is_stop_word_[words[i]] == 0;
        }
        count = kept;
    } else if (how_.max_n == 1) {
        return count; // both are numbered alike
    }
    for (std::size_t i = 0; i < count; ++i) {
        words[i] = part_of_word(words[i]);
    }
    return count;
}

void term_reader::read_characters(std::string_view document, worker& self) {
    auto const text = normalizer_.apply(document, scratch_);
    make_room(parts_, 0, text.size());
    std::size_t count = 0;
    auto const end = static_cast<std::int64_t>(text.size());
    std::int64_t spaces = 0;
    char32_t space = 0;
    // One white space stays as it is, two and more become one space.
    auto const end_spaces = [&] {
        if (spaces > 0) {
            parts_[count++] = part_of_character(spaces == 1 ? space : U' ');
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
            parts_[count++] = part_of_character(here.code_point);
        }
        at += here.length;
        if (count % positions_per_checkpoint == 0) {
            self.checkpoint();
        }
    }
    end_spaces();
    put_ngrams(parts_.data(), count, self);
}

void term_reader::end_characters_in_words(std::uint32_t const* words, std::size_t count) {
    make_zeros(in_document_words_, words_.size());
    make_room(met_words_, 0, count + 1);
    std::size_t num_words = 0;
    for (std::size_t i = 0; i < count; ++i) {
        met_words_[num_words] = words[i];
        num_words += in_document_words_[words[i]]++ == 0;
    }
    // Where a word's terms lie is asked for before they are, and both before they are needed.
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < num_words; ++i) {
        if (i + 2 * ahead < num_words) {
            prefetch(&word_terms_[met_words_[i + 2 * ahead]]);
        }
        if (i + ahead < num_words) {
            auto const* const next = word_terms_[met_words_[i + ahead]].data();
            prefetch(next);
            prefetch(next + 16);
        }
        auto const word = met_words_[i];
        auto const terms = word_terms_[word];
        put(terms.data(), static_cast<std::size_t>(terms.size()), in_document_words_[word]);
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
    auto& terms = word_ngrams_;
    terms = parts;
    word_list_.clear();
    auto const min_n = static_cast<std::size_t>(how_.min_n);
    auto const longest = std::min(static_cast<std::size_t>(how_.max_n), parts.size());
    for (std::size_t n = 1; n <= longest; ++n) {
        auto const count = parts.size() - n + 1;
        if (n > 1) {
            terms_.extend(terms.data(), parts.data() + n - 1, count, static_cast<std::uint8_t>(n));
        }
        // A padded word shorter than min_n is a term as a whole.
        if (n >= min_n || n == parts.size()) {
            word_list_.insert(word_list_.end(), terms.begin(),
                              terms.begin() + static_cast<std::ptrdiff_t>(count));
            if (n < min_n) {
                is_short_term_.resize(terms_.size(), false);
                is_short_term_[terms.front()] = true;
            }
        }
    }
    word_terms_.push_back(word_lists_.push_back(word_list_));
}

std::uint32_t term_reader::part_of_word(std::uint32_t word) {
    if (word >= part_of_word_.size()) {
        part_of_word_.resize(words_.size(), term_set::none);
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

/// Makes n-grams longer, and asks for the memory where they are counted next.
void term_reader::extend(std::uint32_t* terms, std::uint32_t const* parts, std::size_t count,
                         std::uint8_t length) {
    // Addresses only: nothing is read there, and there may be nothing yet.
    auto const base = adds_up_ ? reinterpret_cast<std::uintptr_t>(totals_.data())
                               : reinterpret_cast<std::uintptr_t>(in_document_.data());
    auto const stride = adds_up_ ? sizeof(term_total) : sizeof(std::uint32_t);
    terms_.extend(terms, parts, count, length, [base, stride](std::uint32_t term) {
        prefetch(reinterpret_cast<void const*>(base + term * stride));
    });
}

/// Counts the n-grams of `parts`, shorter ones first.
void term_reader::put_ngrams(std::uint32_t const* parts, std::size_t num_parts, worker& self) {
    if (how_.min_n == 1) {
        put(parts, num_parts, 1);
    }
    if (how_.max_n == 1) {
        return;
    }
    ngrams_.assign(parts, parts + num_parts);
    auto const longest = std::min(static_cast<std::size_t>(how_.max_n), num_parts);
    for (std::size_t n = 2; n <= longest; ++n) {
        auto const count = num_parts - n + 1;
        for (std::size_t first = 0; first < count; first += positions_per_checkpoint) {
            if (first != 0) {
                self.checkpoint();
            }
            auto const some = std::min(positions_per_checkpoint, count - first);
            extend(ngrams_.data() + first, parts + first + n - 1, some, static_cast<std::uint8_t>(n));
            if (n >= static_cast<std::size_t>(how_.min_n)) {
                put(ngrams_.data() + first, some, 1);
            }
        }
    }
}

/// Adds `times` occurrences of each of `terms` to the document at hand.
void term_reader::put(std::uint32_t const* terms, std::size_t count, std::uint32_t times) {
    if (adds_up_) {
        add_to_totals(terms, count, times);
        return;
    }
    make_zeros(in_document_, terms_.size());
    make_room(met_, num_met_, count);
    auto* const in_document = in_document_.data();
    auto* const met = met_.data();
    auto used = num_met_;
    for (std::size_t i = 0; i < count; ++i) {
        auto& occurrences = in_document[terms[i]];
        // Without a branch: whether a term is new to the document is close to a coin toss.
        met[used] = terms[i];
        used += occurrences == 0;
        occurrences += times;
    }
    num_met_ = used;
}

/// The same where no rows are wanted: one place of memory a term, instead of three.
void term_reader::add_to_totals(std::uint32_t const* terms, std::size_t count, std::uint32_t times) {
    if (totals_.size() < terms_.size()) {
        totals_.resize(std::max<std::size_t>(terms_.size(), 2 * totals_.size()));
    }
    add_terms(totals_, terms, count, times, document_);
}

/// Hands over the counts of the document at hand, if somebody wants them.
void term_reader::end_document(row_visitor const* visit) {
    if (visit == nullptr) {
        document_ = next_document(totals_, document_);
        return;
    }
    make_room(entries_, 0, num_met_);
    auto* const row = store_ != nullptr ? store_->room(num_met_) : entries_.data();
    auto const* const met = met_.data();
    auto* const in_document = in_document_.data();
    for (std::size_t i = 0; i < num_met_; ++i) {
        row[i] = {met[i], in_document[met[i]]};
        in_document[met[i]] = 0;
    }
    auto* const end = row + num_met_;
    (*visit)(store_ != nullptr ? store_->keep(row, end)
                               : row_store::list{row, static_cast<std::int64_t>(num_met_)});
    num_met_ = 0;
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
    return words_.memory() + terms_.memory() + word_lists_.memory();
}

} // namespace newsgpu::cpu
