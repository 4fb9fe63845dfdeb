#include "cpu/token_sequences.hpp"

#include "cpu/list_store.hpp"
#include "cpu/parallel.hpp"
#include "cpu/sorted_union.hpp"
#include "cpu/text_order.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/word_table.hpp"
#include "element_index.hpp"

#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

namespace {

using token_lists = list_store<std::uint32_t>;

/// A piece of the corpus in the numbers of the worker that read it.
struct numbered_piece {
    std::size_t worker = 0;
    /// The first word that the worker had not met before.
    std::uint32_t first_word = 0;
    std::vector<token_lists::list> tokens;
    /// The first tokens of the worker's new words, from the first of the piece on.
    std::vector<std::int64_t> new_tokens;
};

/// What one worker reads. Its words have numbers of its own; stop words are told by these, once each, not by
/// every token's text.
class numbering {
public:
    explicit numbering(tokenizer const& how)
        : reader_{{how.kind, how.form, {}, how.min_length}},
          stop_words_{how.stop_words.begin(), how.stop_words.end()} {}

    word_table const& words() const { return words_; }

    /// Reads documents; the number of tokens of each goes to `sizes`.
    void read(documents_view documents, document_range range, worker& self, numbered_piece& piece,
              std::int64_t* sizes) {
        piece.first_word = words_.size();
        std::int64_t size = 0;
        reader_.read_batches(documents, range, self, [&](token_batch const& batch) {
            self.checkpoint();
            auto* const tokens = lists_.room(index(batch.size()));
            words_.number(batch, tokens);
            auto const* next = tokens;
            auto* kept = tokens;
            auto const read_to = [&](std::uint32_t const* end) {
                auto* const before = kept;
                kept = keep(next, end, kept);
                next = end;
                size += kept - before;
            };
            learn_stop_words();
            for (auto const tokens_before : batch.document_ends) {
                read_to(tokens + tokens_before);
                *sizes++ = std::exchange(size, 0);
            }
            read_to(tokens + batch.size());
            piece.tokens.push_back(lists_.keep(tokens, kept));
        });
    }

    /// Its words in order, without the stop words.
    buffer<text_item> sorted_words() const {
        buffer<std::uint32_t> numbers;
        numbers.reserve(words_.size());
        for (std::uint32_t number = 0; number < words_.size(); ++number) {
            if (is_stop_word_.empty() || is_stop_word_[number] == 0) {
                numbers.push_back(number);
            }
        }
        return sorted_texts(numbers, [&](std::uint32_t number) { return words_[number]; });
    }

private:
    void learn_stop_words() {
        while (!stop_words_.empty() && is_stop_word_.size() < words_.size()) {
            std::string const word{words_[static_cast<std::uint32_t>(is_stop_word_.size())]};
            is_stop_word_.push_back(stop_words_.count(word) != 0);
        }
    }

    /// Moves what is no stop word to `to`; returns the end of it.
    std::uint32_t* keep(std::uint32_t const* begin, std::uint32_t const* end, std::uint32_t* to) const {
        if (stop_words_.empty()) {
            return to + (end - begin);
        }
        for (; begin != end; ++begin) {
            *to = *begin;
            to += is_stop_word_[*begin] == 0;
        }
        return to;
    }

    token_reader reader_;
    word_table words_;
    std::unordered_set<std::string> stop_words_;
    /// [words]; empty where there are no stop words.
    std::vector<std::uint8_t> is_stop_word_;
    token_lists lists_;
};

/// Gives the words of all workers their places in one order: [worker][number].
std::vector<buffer<std::uint32_t>> order_words(std::vector<std::optional<numbering>> const& workers,
                                               string_column& words, execution const& run) {
    std::vector<buffer<text_item>> lists(workers.size());
    std::vector<buffer<std::uint32_t>> numbers(workers.size()), places(workers.size());
    for_each_piece("sorting terms", std::ssize(workers), run, [&](std::int64_t id, worker&) {
        auto const& mine = workers[index(id)];
        if (!mine) {
            return;
        }
        lists[index(id)] = mine->sorted_words();
        for (auto const& item : lists[index(id)]) {
            numbers[index(id)].push_back(item.number());
        }
        places[index(id)].resize(mine->words().size());
    });
    auto const merged =
        sorted_union(std::move(lists), [](text_item const& a, text_item const& b) { return a < b; }, run);
    for (std::size_t id = 0; id < places.size(); ++id) {
        for (std::size_t i = 0; i < numbers[id].size(); ++i) {
            places[id][numbers[id][i]] = merged.ranks[id][i];
        }
    }
    words = texts_of(merged.items);
    return places;
}

} // namespace

token_sequences read_token_sequences(documents_view documents, tokenizer const& how, execution const& run) {
    token_sequences made;
    made.offsets.resize(index(documents.size()) + 1);
    made.offsets[0] = 0;
    auto const ranges = document_ranges(documents);
    std::vector<numbered_piece> pieces(ranges.size());
    std::vector<std::optional<numbering>> workers(static_cast<std::size_t>(num_workers(run)));
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t number, worker& self) {
        auto const id = static_cast<std::size_t>(self.id());
        auto& mine = workers[id] ? *workers[id] : workers[id].emplace(how);
        auto const& range = ranges[index(number)];
        pieces[index(number)].worker = id;
        mine.read(documents, range, self, pieces[index(number)], made.offsets.data() + range.first + 1);
    });
    std::partial_sum(made.offsets.begin(), made.offsets.end(), made.offsets.begin());

    auto const places = order_words(workers, made.words, run);
    made.tokens.resize(index(made.offsets.back()));
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t number, worker&) {
        auto& piece = pieces[index(number)];
        auto const* const places_here = places[piece.worker].data();
        auto* const begin = made.tokens.data();
        auto* to = begin + made.offsets[index(ranges[index(number)].first)];
        auto unmet = piece.first_word;
        for (auto const& tokens : piece.tokens) {
            for (auto const token : tokens) {
                if (token >= unmet) {
                    piece.new_tokens.push_back(to - begin);
                    unmet = token + 1;
                }
                *to++ = places_here[token];
            }
        }
    });
    made.first_tokens.assign(index(made.words.size()), -1);
    for (auto const& piece : pieces) {
        for (auto const at : piece.new_tokens) {
            auto& first = made.first_tokens[made.tokens[index(at)]];
            first = first < 0 ? at : first;
        }
    }
    return made;
}

} // namespace newsgpu::cpu
