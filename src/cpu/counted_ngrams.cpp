#include "cpu/counted_ngrams.hpp"

#include "backend.hpp"
#include "cpu/merged_rows.hpp"
#include "cpu/sorted_union.hpp"
#include "cpu/term_reader.hpp"
#include "cpu/text_order.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace newsgpu::cpu {

namespace {

/// Of text that is sorted at once. About 24 bytes a token are needed meanwhile.
constexpr std::int64_t usual_batch_bytes = std::int64_t{1} << 27;

/// [tree][number]: the numbers of its n-grams among those of all trees.
using tree_ranks = std::vector<buffer<std::uint32_t>>;

tree_ranks join_parts(std::vector<counted_ngrams> const& trees, string_column& parts, execution const& run) {
    std::vector<buffer<text_item>> lists;
    for (auto const& each : trees) {
        auto& list = lists.emplace_back();
        for (std::int64_t i = 0; i < each.tree.parts.size(); ++i) {
            list.push_back({each.tree.parts[i], static_cast<std::uint32_t>(i)});
        }
    }
    auto merged =
        sorted_union(std::move(lists), [](text_item const& a, text_item const& b) { return a < b; }, run);
    parts = texts_of(merged.items);
    return std::move(merged.ranks);
}

/// Joins n-grams of one length; they stay in order when what they are made of is numbered anew.
/// @param level the trees' keys of that length, which are used up.
tree_ranks join_level(std::vector<counted_ngrams>& trees, std::size_t level, tree_ranks const& prefix_ranks,
                      tree_ranks const& part_ranks, buffer<std::uint64_t>& joined_keys,
                      execution const& run) {
    std::vector<buffer<std::uint64_t>> lists(trees.size());
    for_each_piece("merging terms", std::ssize(trees), run, [&](std::int64_t number, worker&) {
        auto const id = static_cast<std::size_t>(number);
        if (level < trees[id].tree.levels.size()) {
            lists[id] = std::move(trees[id].tree.levels[level]);
        }
        for (auto& key : lists[id]) {
            key = std::uint64_t{prefix_ranks[id][key >> 32]} << 32 |
                  part_ranks[id][static_cast<std::uint32_t>(key)];
        }
    });
    auto merged = sorted_union(std::move(lists), [](std::uint64_t a, std::uint64_t b) { return a < b; }, run);
    joined_keys = std::move(merged.items);
    return std::move(merged.ranks);
}

/// The n-grams of several sets of documents together.
counted_ngrams joined(std::vector<counted_ngrams> trees, execution const& run) {
    counted_ngrams made;
    made.tree.separator = trees.front().tree.separator;
    std::size_t max_length = 0;
    for (auto const& each : trees) {
        max_length = std::max(max_length, each.levels.size());
    }
    tree_ranks part_ranks, ranks;
    for (std::size_t length = 1; length <= max_length; ++length) {
        if (length == 1) {
            ranks = part_ranks = join_parts(trees, made.tree.parts, run);
        } else {
            ranks = join_level(trees, length - 2, ranks, part_ranks, made.tree.levels.emplace_back(), run);
        }
        auto const size =
            length == 1 ? static_cast<std::size_t>(made.tree.parts.size()) : made.tree.levels.back().size();
        if (size >= arranged_terms::none) {
            throw std::length_error{"more than 2^32 - 2 distinct n-grams"};
        }
        auto& sums = made.levels.emplace_back();
        auto const is_term = std::any_of(trees.begin(), trees.end(), [&](counted_ngrams const& each) {
            return length <= each.levels.size() && !each.levels[length - 1].counts.empty();
        });
        made.tree.is_term.emplace_back(size, is_term);
        if (!is_term) {
            continue;
        }
        sums.counts.assign(size, 0);
        sums.document_counts.assign(size, 0);
        for (std::size_t id = 0; id < trees.size(); ++id) {
            if (length > trees[id].levels.size()) {
                continue;
            }
            auto const mine = std::move(trees[id].levels[length - 1]);
            for (std::size_t i = 0; i < mine.counts.size(); ++i) {
                sums.counts[ranks[id][i]] += mine.counts[i];
                sums.document_counts[ranks[id][i]] += mine.document_counts[i];
            }
        }
    }
    return made;
}

/// Joins the last two.
void join_last(std::vector<counted_ngrams>& batches, execution const& run) {
    std::vector<counted_ngrams> last;
    std::move(batches.end() - 2, batches.end(), std::back_inserter(last));
    batches.resize(batches.size() - 2);
    batches.push_back(joined(std::move(last), run));
}

std::size_t num_ngrams(counted_ngrams const& counted) {
    return std::accumulate(counted.tree.is_term.begin(), counted.tree.is_term.end(), std::size_t{0},
                           [](std::size_t sum, auto const& level) { return sum + level.size(); });
}

} // namespace

counted_ngrams count_batches(corpus_view corpus, analyzer const& how, std::int64_t batch_bytes,
                             execution const& run) {
    std::vector<counted_ngrams> batches;
    for (auto const& [first, last] : document_ranges(corpus, batch_bytes)) {
        auto const sequences = read_token_sequences(corpus.subview(first, last - first), how.tokens, run);
        batches.push_back(count_sequences(sequences, how.min_n, how.max_n, run));
        // Trees of like sizes are joined, so that every n-gram is moved few times.
        while (batches.size() > 1 && num_ngrams(batches.back()) * 2 > num_ngrams(*(batches.end() - 2))) {
            join_last(batches, run);
        }
    }
    while (batches.size() > 1) {
        join_last(batches, run);
    }
    return batches.empty() ? counted_ngrams{} : std::move(batches.front());
}

term_counts sum_ngrams(corpus_view corpus, analyzer const& how, execution const& run) {
    constexpr auto identity = term_identity::text_and_length;
    if (how.unit != ngram_unit::words) {
        return count_terms(corpus, how, identity, run);
    }
    require_countable(corpus, {0, corpus.size()});
    auto counted = count_batches(corpus, how, usual_batch_bytes, run);
    auto arranged = arrange_terms(counted.tree, identity);
    if (arranged.several_places) {
        // As in count_terms: only the documents can tell.
        counted = {};
        merged_rows rows{corpus, how, identity, run};
        rows.add_up(run);
        return rows.take_terms();
    }
    term_counts made;
    if (!arranged.columns.empty() && counted.levels.back().counts.size() == arranged.terms.size() &&
        std::is_sorted(arranged.columns.back().begin(), arranged.columns.back().end())) {
        made.counts = std::move(counted.levels.back().counts);
        made.document_counts = std::move(counted.levels.back().document_counts);
    } else {
        made.counts.resize(arranged.terms.size());
        made.document_counts.resize(arranged.terms.size());
        for (std::size_t n = 0; n < counted.levels.size(); ++n) {
            auto const& [counts, document_counts] = counted.levels[n];
            for (std::size_t i = 0; i < counts.size(); ++i) {
                made.counts[arranged.columns[n][i]] = counts[i];
                made.document_counts[arranged.columns[n][i]] = document_counts[i];
            }
        }
    }
    made.terms = {std::move(counted.tree.parts), std::move(counted.tree.separator),
                  std::move(counted.tree.levels), std::move(arranged.terms)};
    return made;
}

} // namespace newsgpu::cpu
