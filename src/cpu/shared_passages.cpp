#include "backend.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/repeated_runs.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/token_sequences.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

namespace {

/// Runs in at most this many places are compared pair by pair, whatever their number.
constexpr std::int64_t usual_places = 100;

/// How many comparisons of tokens the others may take together.
constexpr double crowded_comparisons = double{1 << 28};

/// A passage by the places of its tokens.
struct token_passage {
    std::int64_t left, right;
    std::int64_t left_token, right_token;
    std::int64_t size;

    friend bool operator<(token_passage const& a, token_passage const& b) {
        return std::tie(a.left, a.right, a.left_token, a.right_token) <
               std::tie(b.left, b.right, b.left_token, b.right_token);
    }
};

/// In how many documents a run is.
struct run_spread {
    std::uint32_t documents = 0;
    std::uint32_t of_one_source = 0;
};

class passage_finder {
public:
    passage_finder(token_numbers const& numbers, passage_options const& options, repeated_runs runs,
                   execution const& run)
        : numbers_{numbers}, options_{options}, run_{run}, runs_{std::move(runs)} {}

    std::vector<token_passage> find() {
        mark_crowded();
        constexpr std::int64_t runs_a_piece = 256;
        std::vector<std::vector<token_passage>> found(index(num_slices(runs_.size(), runs_a_piece)));
        for_each_slice("comparing", runs_.size(), runs_a_piece, run_, [&](slice const& some, worker& self) {
            for (auto r = some.first; r < some.last; ++r) {
                compare(r, found[index(some.number)], self);
            }
        });
        std::vector<token_passage> joined;
        for (auto& part : found) {
            joined.insert(joined.end(), part.begin(), part.end());
            part = {};
        }
        std::sort(joined.begin(), joined.end());
        return joined;
    }

    /// [tokens] of the run that begins at each token; 0 where it is in one document.
    buffer<run_spread> spreads() const {
        constexpr std::int64_t runs_a_piece = 1024;
        buffer<run_spread> made(numbers_.tokens.size(), run_spread{});
        auto const note_spreads = [&](slice const& some, worker& self) {
            std::vector<std::int32_t> sources;
            for (auto r = some.first; r < some.last; ++r) {
                self.checkpoint();
                auto const spread = spread_of(runs_[r], sources);
                for (auto const position : runs_[r]) {
                    made[index(position)] = spread;
                }
            }
        };
        for_each_slice("counting documents", runs_.size(), runs_a_piece, run_, note_spreads);
        return made;
    }

    std::int64_t num_crowded() const {
        return std::count(is_crowded_.begin(), is_crowded_.end(), std::uint8_t{1});
    }

private:
    std::int64_t begin_of(std::int64_t document) const { return numbers_.offsets[index(document)]; }
    std::int64_t end_of(std::int64_t document) const { return numbers_.offsets[index(document) + 1]; }

    /// An upper bound of the comparisons that all pairs of places take.
    double cost_of(view<std::int64_t const> places) const {
        std::int64_t longest = 0;
        std::int64_t second = 0;
        for (auto const place : places) {
            auto const left = end_of(numbers_.document_of(place)) - place;
            second = std::max(second, std::min(left, longest));
            longest = std::max(longest, left);
        }
        auto const count = static_cast<double>(places.size());
        return count * (count - 1) / 2 * static_cast<double>(second);
    }

    void mark_crowded() {
        struct costly_run {
            double cost;
            std::int64_t first_place; ///< breaks ties: runs are in no order of their own
            std::int64_t run;
        };
        is_crowded_.assign(index(runs_.size()), 0);
        std::vector<costly_run> costly;
        for (std::int64_t r = 0; r < runs_.size(); ++r) {
            if (runs_[r].size() > usual_places) {
                costly.push_back({0, runs_[r].front(), r});
            }
        }
        for_each_piece("comparing", std::ssize(costly), run_, [&](std::int64_t piece, worker&) {
            auto& each = costly[index(piece)];
            each.cost = cost_of(runs_[each.run]);
        });
        std::sort(costly.begin(), costly.end(), [](costly_run const& a, costly_run const& b) {
            return std::tie(a.cost, a.first_place) < std::tie(b.cost, b.first_place);
        });
        double left = crowded_comparisons;
        for (auto const& each : costly) {
            left -= each.cost;
            is_crowded_[index(each.run)] = left < 0 ? 1 : 0;
        }
    }

    void compare(std::int64_t r, std::vector<token_passage>& found, worker& self) const {
        auto const places = runs_[r];
        if (is_crowded_[index(r)] != 0) {
            auto const first_document = numbers_.document_of(places.front());
            auto before = first_document;
            for (auto const place : places) {
                auto const document = numbers_.document_of(place);
                if (document != before) {
                    extend(places.front(), first_document, place, document, found);
                    before = document;
                    self.checkpoint();
                }
            }
            return;
        }
        std::vector<std::int64_t> documents;
        for (auto const place : places) {
            documents.push_back(numbers_.document_of(place));
        }
        for (std::int64_t b = 1; b < places.size(); ++b) {
            self.checkpoint();
            for (std::int64_t a = 0; a < b && documents[index(a)] != documents[index(b)]; ++a) {
                extend(places[a], documents[index(a)], places[b], documents[index(b)], found);
            }
        }
    }

    /// Adds the passage that begins at two places of a run, if one does: where the tokens before are equal it
    /// began earlier.
    void extend(std::int64_t a, std::int64_t document_a, std::int64_t b, std::int64_t document_b,
                std::vector<token_passage>& found) const {
        auto const* tokens = numbers_.tokens.data();
        if (a > begin_of(document_a) && b > begin_of(document_b) && tokens[a - 1] == tokens[b - 1]) {
            return;
        }
        auto const most = std::min(end_of(document_a) - a, end_of(document_b) - b);
        auto const n = options_.min_tokens;
        auto const* end = std::mismatch(tokens + a + n, tokens + a + most, tokens + b + n).first;
        found.push_back(
            {document_a, document_b, a - begin_of(document_a), b - begin_of(document_b), end - (tokens + a)});
    }

    run_spread spread_of(view<std::int64_t const> places, std::vector<std::int32_t>& sources) const {
        sources.clear();
        std::int64_t before = -1;
        for (auto const place : places) {
            auto const document = numbers_.document_of(place);
            if (document != before) {
                sources.push_back(options_.sources.empty() ? 0 : options_.sources[document]);
                before = document;
            }
        }
        run_spread spread;
        spread.documents = static_cast<std::uint32_t>(sources.size());
        std::sort(sources.begin(), sources.end());
        for (auto first = sources.begin(); first != sources.end();) {
            auto const last = std::upper_bound(first, sources.end(), *first);
            spread.of_one_source = std::max(spread.of_one_source, static_cast<std::uint32_t>(last - first));
            first = last;
        }
        return spread;
    }

    token_numbers const& numbers_;
    passage_options const& options_;
    execution run_;
    repeated_runs runs_;
    std::vector<std::uint8_t> is_crowded_;
};

/// One side of a passage whose bytes are wanted.
struct side {
    std::int64_t document, first_token, last_token;
    std::int64_t* start;
    std::int64_t* end;
};

/// Reads the documents that passages are in once more, for where their tokens lie.
void place_in_bytes(corpus_view corpus, tokenizer const& how, std::vector<side>& sides,
                    execution const& run) {
    std::sort(sides.begin(), sides.end(),
              [](side const& a, side const& b) { return a.document < b.document; });
    std::vector<std::size_t> firsts;
    for (std::size_t s = 0; s < sides.size(); ++s) {
        if (s == 0 || sides[s].document != sides[s - 1].document) {
            firsts.push_back(s);
        }
    }
    firsts.push_back(sides.size());
    constexpr std::int64_t documents_a_piece = 16;
    auto const num_documents = std::ssize(firsts) - 1;
    per_worker<token_reader> readers{run};
    for_each_slice("placing", num_documents, documents_a_piece, run, [&](slice const& some, worker& self) {
        auto& reader = readers.get(self, how);
        for (auto d = some.first; d < some.last; ++d) {
            self.checkpoint();
            auto const& spans = reader.read(corpus[sides[firsts[index(d)]].document], self);
            for (auto s = firsts[index(d)]; s < firsts[index(d) + 1]; ++s) {
                *sides[s].start = spans[index(sides[s].first_token)].start;
                *sides[s].end = spans[index(sides[s].last_token)].end;
            }
        }
    });
}

} // namespace

passages shared_passages(corpus_view corpus, passage_options const& options, tokenizer const& how,
                         execution const& run, passage_stages* device) {
    auto const n = options.min_tokens;
    auto const numbers =
        device != nullptr ? device->read() : token_numbers{read_token_sequences(corpus, how, run)};
    auto runs = device != nullptr ? group_repeated_runs(numbers, n, device->find_repeated(numbers, n), run)
                                  : find_repeated_runs(numbers, n, run);
    passage_finder finder{numbers, options, std::move(runs), run};
    auto const found = finder.find();
    passages made;
    made.crowded_runs = finder.num_crowded();
    if (found.empty()) {
        return made;
    }
    auto const spreads = finder.spreads();
    for (auto* column : {&made.left, &made.right, &made.left_start, &made.left_end, &made.right_start,
                         &made.right_end, &made.num_tokens, &made.num_documents, &made.source_documents}) {
        column->resize(found.size());
    }
    std::vector<side> sides(2 * found.size());
    constexpr std::int64_t passages_a_piece = 1024;
    auto const describe = [&](slice const& some, worker& self) {
        for (auto i = some.first; i < some.last; ++i) {
            self.checkpoint();
            auto const p = index(i);
            auto const& [left, right, left_token, right_token, size] = found[p];
            made.left[p] = left;
            made.right[p] = right;
            made.num_tokens[p] = size;
            auto const* first = spreads.data() + numbers.offsets[index(left)] + left_token;
            auto spread = *first;
            for (auto const* at = first; at <= first + (size - options.min_tokens); ++at) {
                spread.documents = std::min(spread.documents, at->documents);
                spread.of_one_source = std::min(spread.of_one_source, at->of_one_source);
            }
            made.num_documents[p] = spread.documents;
            made.source_documents[p] = spread.of_one_source;
            sides[2 * p] = {left, left_token, left_token + size - 1, &made.left_start[p], &made.left_end[p]};
            sides[2 * p + 1] = {right, right_token, right_token + size - 1, &made.right_start[p],
                                &made.right_end[p]};
        }
    };
    for_each_slice("counting documents", std::ssize(found), passages_a_piece, run, describe);
    place_in_bytes(corpus, how, sides, run);
    return made;
}

} // namespace newsgpu::cpu
