#include "cpu/token_sequences.hpp"

#include "cpu/parallel.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/word_table.hpp"

#include <numeric>
#include <optional>
#include <vector>

namespace newsgpu::cpu {

namespace {

std::size_t index(std::int64_t place) {
    return static_cast<std::size_t>(place);
}

/// What one thread has read.
struct numbering {
    explicit numbering(tokenizer const& how) : reader{how} {}
    token_reader reader;
    word_table<> words;
};

/// A piece of the corpus in the numbers of the worker that read it.
struct numbered_piece {
    std::size_t worker = 0;
    buffer<std::uint32_t> tokens;
};

/// Numbers the words of `from` in `into`: [words of `from`].
std::vector<std::uint32_t> renumber(word_table<> const& from, word_table<>& into) {
    std::vector<std::uint32_t> numbers(from.size());
    std::vector<char> text;
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> ends;
    for (std::uint32_t first = 0; first < from.size();) {
        text.assign(token_batch::padding, 0);
        starts.clear();
        ends.clear();
        auto next = first;
        do {
            auto const word = from[next++];
            starts.push_back(static_cast<std::uint32_t>(text.size() - token_batch::padding));
            text.insert(text.end(), word.begin(), word.end());
            ends.push_back(static_cast<std::uint32_t>(text.size() - token_batch::padding));
        } while (next < from.size() && text.size() < token_batch::target_bytes);
        text.resize(text.size() + token_batch::padding);
        into.number({text.data() + token_batch::padding, starts, ends}, numbers.data() + first);
        first = next;
    }
    return numbers;
}

} // namespace

token_sequences read_token_sequences(corpus_view corpus, tokenizer const& how, execution const& run) {
    token_sequences made;
    made.offsets.resize(index(corpus.size()) + 1);
    made.offsets[0] = 0;
    auto const ranges = document_ranges(corpus);
    std::vector<numbered_piece> pieces(ranges.size());
    std::vector<std::optional<numbering>> workers(static_cast<std::size_t>(num_workers(run)));
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t number, worker& self) {
        auto const id = static_cast<std::size_t>(self.id());
        auto& mine = workers[id] ? *workers[id] : workers[id].emplace(how);
        auto& piece = pieces[index(number)];
        piece.worker = id;
        for (auto doc = ranges[index(number)].first; doc < ranges[index(number)].last; ++doc) {
            self.checkpoint();
            auto const before = piece.tokens.size();
            mine.reader.read_batches(corpus[doc], self, [&](token_batch const& batch) {
                auto const at = piece.tokens.size();
                piece.tokens.resize(at + index(batch.size()));
                mine.words.number(batch, piece.tokens.data() + at);
            });
            made.offsets[index(doc) + 1] = static_cast<std::int64_t>(piece.tokens.size() - before);
        }
    });
    std::partial_sum(made.offsets.begin(), made.offsets.end(), made.offsets.begin());

    word_table<> words;
    std::vector<std::vector<std::uint32_t>> numbers(workers.size());
    for (std::size_t id = 0; id < workers.size(); ++id) {
        if (workers[id]) {
            numbers[id] = renumber(workers[id]->words, words);
            workers[id].reset();
        }
    }
    made.tokens.resize(index(made.offsets.back()));
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t number, worker&) {
        auto& piece = pieces[index(number)];
        auto const& renumbered = numbers[piece.worker];
        std::transform(piece.tokens.begin(), piece.tokens.end(),
                       made.tokens.begin() + made.offsets[index(ranges[index(number)].first)],
                       [&](std::uint32_t token) { return renumbered[token]; });
        piece = {};
    });
    return made;
}

} // namespace newsgpu::cpu
