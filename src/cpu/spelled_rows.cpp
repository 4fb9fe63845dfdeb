#include "cpu/spelled_rows.hpp"

#include "analyzer.hpp"
#include "cpu/counted_ngrams.hpp"
#include "cpu/counted_pieces.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/prefetch.hpp"
#include "cpu/row_sort.hpp"
#include "cpu/word_table.hpp"
#include "element/code_point_table.hpp"
#include "element/utf8.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

namespace newsgpu::cpu {

namespace {

constexpr std::int64_t words_a_slice = 4096;

template <class Visit>
void each_character(std::string_view word, Visit visit) {
    auto const end = static_cast<std::int64_t>(word.size());
    for (std::int64_t at = 0; at < end;) {
        if (auto const byte = static_cast<unsigned char>(word[index(at)]); byte < 0x80) {
            visit(char32_t{byte});
            ++at;
        } else {
            auto const here = element::decode(word.data(), at, end);
            visit(here.code_point);
            at += here.length;
        }
    }
}

class speller {
public:
    speller(documents_view documents, analyzer const& how, execution const& run)
        : how_{how}, run_{run}, counted_{count_pieces(documents, {.tokens = tokens_of(how)}, true, run)} {
        number_words();
    }

    std::unique_ptr<placed_rows> make() {
        if (!spell()) {
            return nullptr;
        }
        placed_ = place_sequences(std::move(spelling_), how_.min_n, how_.max_n, run_);
        placed_.tree.separator.clear();
        note_short_words();
        arranged_ = arrange_terms(placed_.tree, term_identity::text);
        term_counts terms;
        terms.appearance = list_ngrams();
        placed_.numbers = {};
        arranged_.columns = {};
        placed_rows::documents documents{std::move(counted_.ranges), {}, {}};
        make_rows(documents);
        terms.terms = {std::move(placed_.tree.parts), std::move(placed_.tree.separator),
                       std::move(placed_.tree.levels), std::move(arranged_.terms)};
        return std::make_unique<placed_rows>(std::move(terms), std::move(documents));
    }

private:
    /// Words in the order in which they appear: a worker numbers them so, and pieces follow each other.
    void number_words() {
        auto const text_of = [&](std::size_t id, std::uint32_t word) {
            return counted_.workers[id].reader.part(word, scratch_);
        };
        if (counted_.workers.size() == 1) {
            for (std::uint32_t word = 0; word < counted_.workers[0].num_terms(); ++word) {
                words_.push_back(text_of(0, word));
            }
            return;
        }
        word_table all;
        numbers_.resize(counted_.workers.size());
        for (std::size_t id = 0; id < numbers_.size(); ++id) {
            numbers_[id].resize(counted_.workers[id].num_terms());
        }
        for (auto const& each : counted_.pieces) {
            for (auto word = each.first_term; word < each.last_term; ++word) {
                auto const text = text_of(each.worker, word);
                auto const number = all.number(text);
                numbers_[each.worker][word] = number;
                if (number == words_.size()) {
                    words_.push_back(text);
                }
            }
        }
    }

    template <class Body>
    void each_word(char const* stage, Body const& body) const {
        for_each_slice(stage, std::ssize(words_), words_a_slice, run_, [&](slice const& some, worker& self) {
            self.checkpoint();
            for (auto word = some.first; word < some.last; ++word) {
                body(word, self);
            }
        });
    }

    /// Brings the distinct words, with a space before and behind each, into numbers of characters.
    /// @return false if there are too many.
    bool spell() {
        auto& offsets = spelling_.offsets;
        offsets.resize(words_.size() + 1);
        offsets[0] = 0;
        using character_set = std::vector<std::uint8_t>;
        std::vector<character_set> found(index(num_workers(run_)));
        each_word("reading words", [&](std::int64_t word, worker& self) {
            auto& mine = found[index(self.id())];
            if (mine.empty()) {
                mine.resize(element::num_code_points);
            }
            std::int64_t length = 2;
            each_character(words_[index(word)], [&](char32_t code_point) {
                mine[code_point] = 1;
                ++length;
            });
            offsets[index(word) + 1] = length;
        });
        std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
        if (offsets.back() >= std::int64_t{placed_ngrams::first_bit}) {
            return false;
        }
        if (words_.empty()) {
            return true;
        }
        std::vector<std::uint32_t> numbers(element::num_code_points);
        for (std::size_t code_point = 0; code_point < element::num_code_points; ++code_point) {
            auto const is_found = [&](character_set const& each) {
                return !each.empty() && each[code_point] != 0;
            };
            if (code_point == U' ' || std::any_of(found.begin(), found.end(), is_found)) {
                numbers[code_point] = static_cast<std::uint32_t>(spelling_.words.size());
                char bytes[4];
                auto const size = element::encode(static_cast<char32_t>(code_point), bytes);
                spelling_.words.push_back({bytes, static_cast<std::size_t>(size)});
            }
        }
        spelling_.tokens.resize(index(offsets.back()));
        each_word("reading words", [&](std::int64_t word, worker&) {
            auto* to = spelling_.tokens.data() + offsets[index(word)];
            *to++ = numbers[U' '];
            each_character(words_[index(word)], [&](char32_t code_point) { *to++ = numbers[code_point]; });
            *to = numbers[U' '];
        });
        find_first_characters();
        offsets_ = spelling_.offsets;
        return true;
    }

    void find_first_characters() {
        auto& first = spelling_.first_tokens;
        first.assign(index(spelling_.words.size()), -1);
        auto missing = first.size();
        for (std::size_t at = 0; missing > 0; ++at) {
            auto& place = first[spelling_.tokens[at]];
            if (place < 0) {
                place = static_cast<std::int64_t>(at);
                --missing;
            }
        }
    }

    bool is_short(std::size_t length) const { return length < static_cast<std::size_t>(how_.min_n); }

    /// A padded word that is too short is a term as a whole.
    void note_short_words() {
        if (how_.min_n <= 3) {
            return; // a padded word has at least three characters
        }
        for (std::size_t word = 0; word < words_.size(); ++word) {
            auto const begin = index(offsets_[word]), length = index(offsets_[word + 1]) - begin;
            if (is_short(length)) {
                placed_.tree
                    .is_term[length - 1][placed_ngrams::without_bit(placed_.numbers[length - 1][begin])] = 1;
            }
        }
    }

    /// Calls `visit(length - 1, number)` for the terms of a word in their order of appearance.
    template <class Visit>
    void each_ngram(std::int64_t word, Visit visit) const {
        auto const begin = index(offsets_[index(word)]), end = index(offsets_[index(word) + 1]);
        auto const length = end - begin;
        if (is_short(length)) {
            visit(length - 1, placed_.numbers[length - 1][begin]);
            return;
        }
        for (auto n = static_cast<std::size_t>(how_.min_n);
             n <= std::min(length, static_cast<std::size_t>(how_.max_n)); ++n) {
            auto const* const numbers = placed_.numbers[n - 1].data();
            for (auto at = begin; at + n <= end; ++at) {
                visit(n - 1, numbers[at]);
            }
        }
    }

    /// Says which terms every word has. Returns the columns in the order of appearance.
    buffer<std::int32_t> list_ngrams() {
        // [slice of words] the number of the first term that appears there first.
        std::vector<std::uint32_t> starts(index(num_slices(std::ssize(words_), words_a_slice)) + 1, 0);
        spelled_.resize(words_.size() + 1);
        spelled_[0] = 0;
        each_word("numbering terms", [&](std::int64_t word, worker&) {
            std::int64_t count = 0;
            std::uint32_t num_first = 0;
            each_ngram(word, [&](std::size_t, std::uint32_t number) {
                num_first += placed_ngrams::is_first(number);
                ++count;
            });
            spelled_[index(word) + 1] = count;
            starts[index(word / words_a_slice) + 1] += num_first;
        });
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        std::partial_sum(spelled_.begin(), spelled_.end(), spelled_.begin());

        std::vector<buffer<std::uint32_t>> appearance(placed_.tree.max_length());
        for (std::size_t n = 0; n < appearance.size(); ++n) {
            appearance[n].resize(placed_.tree.size(n + 1));
        }
        buffer<std::int32_t> columns(arranged_.terms.size());
        each_word("numbering terms", [&](std::int64_t word, worker&) {
            auto& next = starts[index(word / words_a_slice)];
            each_ngram(word, [&](std::size_t n, std::uint32_t number) {
                if (placed_ngrams::is_first(number)) {
                    auto const ngram = placed_ngrams::without_bit(number);
                    columns[next] = static_cast<std::int32_t>(arranged_.columns[n][ngram]);
                    appearance[n][ngram] = next++;
                }
            });
        });
        ngrams_.resize(index(spelled_.back() + list_padding));
        each_word("numbering terms", [&](std::int64_t word, worker&) {
            auto* to = ngrams_.data() + spelled_[index(word)];
            each_ngram(word, [&](std::size_t n, std::uint32_t number) {
                *to++ = appearance[n][placed_ngrams::without_bit(number)];
            });
        });
        return columns;
    }

    void make_rows(placed_rows::documents& made) const {
        struct scratch {
            row_sorter word_sorter, sorter;
            std::vector<row_sorter::list> lists;
        };
        made.rows.resize(index(made.ranges.empty() ? 0 : made.ranges.back().last));
        made.stores.resize(index(num_workers(run_)));
        per_worker<scratch> scratches{run_};
        for_each_piece("counting", std::ssize(counted_.pieces), run_, [&](std::int64_t number, worker& self) {
            auto& [word_sorter, sorter, lists] = scratches.get(
                self,
                scratch{row_sorter{words_.size()}, row_sorter{std::uint64_t{arranged_.terms.size()}}, {}});
            auto& store = made.stores[index(self.id())];
            auto const& piece = counted_.pieces[index(number)];
            auto document = made.ranges[index(number)].first;
            auto const* const numbers = numbers_.empty() ? nullptr : numbers_[piece.worker].data();
            for (auto const words : piece.words) {
                list_words(words, numbers, word_sorter, lists);
                made.rows[index(document++)] = sorted_row(lists, sorter, store);
            }
        });
    }

    /// The n-grams of each distinct word of a document, and how often it has the word.
    void list_words(word_store::list words, std::uint32_t const* numbers, row_sorter& sorter,
                    std::vector<row_sorter::list>& lists) const {
        lists.clear();
        auto const runs =
            sorter.sort_keys(index(words.size()), [from = words.data(), numbers](std::size_t i) {
                return numbers == nullptr ? from[i] : numbers[from[i]];
            });
        for (std::size_t i = 0; i < runs.size; ++i) {
            auto const word = runs.key(i);
            auto const* const begin = ngrams_.data() + spelled_[word];
            prefetch(begin);
            prefetch(begin + 16);
            lists.push_back({{begin, spelled_[word + std::size_t{1}] - spelled_[word]}, runs.length(i)});
        }
    }

    static row_store::list sorted_row(std::vector<row_sorter::list> const& lists, row_sorter& sorter,
                                      row_store& store) {
        std::size_t size = 0;
        for (auto const& each : lists) {
            size += index(each.keys.size());
        }
        return summed_row(size, store, [&](auto add) { sorter.sort(size, lists, add); });
    }

    analyzer const& how_;
    execution const& run_;
    counted_pieces counted_;
    /// The distinct words; [worker][word] its number, empty where a single worker's numbers are these.
    std::vector<std::string_view> words_;
    std::vector<buffer<std::uint32_t>> numbers_;
    std::string scratch_;
    /// Words as sequences of characters, where they begin, and their n-grams.
    token_sequences spelling_;
    buffer<std::int64_t> offsets_;
    placed_ngrams placed_;
    arranged_terms arranged_;
    /// N-grams of word w: `ngrams_[spelled_[w]]` to `ngrams_[spelled_[w + 1]]`, repeats included; each is its
    /// place in the order of appearance.
    buffer<std::int64_t> spelled_;
    buffer<std::uint32_t> ngrams_;
};

} // namespace

std::unique_ptr<placed_rows> count_spelled(documents_view documents, analyzer const& how,
                                           execution const& run) {
    return speller{documents, how, run}.make();
}

} // namespace newsgpu::cpu
