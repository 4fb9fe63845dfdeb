#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "cpu/memory_plan.hpp"
#include "cpu/merged_rows.hpp"
#include "cpu/term_runs.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace newsgpu::cpu {

namespace {

/// Of a term that a worker has met, until it has been merged and written: tables that have just grown, sums,
/// ranks and columns.
constexpr std::int64_t term_bytes = 200;

struct memory_shares {
    std::uint64_t max_terms;
    std::int64_t range_bytes; ///< of text that a worker counts before it looks at the number of terms
    std::int64_t ahead_bytes; ///< of runs, for each partition that is merged
};

memory_shares share_out(std::int64_t budget, analyzer const& how, int num_workers) {
    auto const fixed = worker_bytes * num_workers;
    if (budget < fixed + least_bytes) {
        throw invalid_input{"memory_budget must be at least " + std::to_string(fixed + least_bytes) +
                            " bytes for " + std::to_string(num_workers) + " threads, got " +
                            std::to_string(budget)};
    }
    auto const left = budget - fixed;
    auto const max_terms = left / term_bytes;
    // A token has two bytes at the least, with what is between, and begins an n-gram of every length. The
    // ranges that are being counted when there are enough terms add a quarter more at the most.
    auto const range_bytes = max_terms / 4 / num_workers * 2 / how.max_n;
    return {static_cast<std::uint64_t>(max_terms),
            std::clamp<std::int64_t>(range_bytes, std::int64_t{1} << 10, std::int64_t{1} << 18),
            left / 2 / num_workers};
}

/// The terms of some of the documents in `ranges`, which are taken out of it.
term_counts count_some(corpus_view corpus, std::vector<document_range>& ranges, analyzer const& how,
                       std::uint64_t max_terms, execution const& run) {
    auto counted = count_pieces(corpus, ranges, how, false, max_terms, run);
    auto merged = merge_terms(counted, term_identity::text_and_length, run);
    if (merged.several_places) {
        // As in count_terms: only the documents can tell.
        auto again = std::move(counted.ranges);
        counted = count_pieces(corpus, again, how, true, std::numeric_limits<std::uint64_t>::max(), run);
        merged_rows rows{std::move(counted), corpus.size(), term_identity::text_and_length, run};
        rows.add_up(run);
        return rows.take_terms();
    }
    add_up_columns(merged, counted);
    return std::move(merged.terms);
}

/// The selected n-grams of one partition.
class selected_ngrams {
public:
    explicit selected_ngrams(ngram_selection const& which) : which_{which} {}

    void add(term_runs::term const& each) {
        if (each.count < which_.min_count || each.document_count < which_.min_documents) {
            return;
        }
        made_.terms.push_back(each.text);
        made_.n.push_back(static_cast<std::int8_t>(each.length));
        made_.counts.push_back(each.count);
        made_.document_counts.push_back(each.document_count);
        if (which_.top >= 0 && std::ssize(made_.counts) / 2 > which_.top + few) {
            keep_top();
        }
    }

    ngram_counts take() { return std::move(made_); }

private:
    static constexpr std::int64_t few = 4096;

    /// Leaves the first `top` by count; of equals the first ones, since they ascend by text.
    void keep_top() {
        auto const top = static_cast<std::size_t>(which_.top);
        buffer<std::int64_t> counts{made_.counts};
        std::nth_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(top), counts.end(),
                         std::greater<>{});
        auto const least = counts[top];
        auto ties = top - static_cast<std::size_t>(
                              std::count_if(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(top),
                                            [&](std::int64_t count) { return count > least; }));
        ngram_counts kept;
        for (std::size_t i = 0; i < made_.counts.size(); ++i) {
            if (made_.counts[i] > least || (made_.counts[i] == least && ties > 0)) {
                ties -= made_.counts[i] == least;
                kept.terms.push_back(made_.terms[static_cast<std::int64_t>(i)]);
                kept.n.push_back(made_.n[i]);
                kept.counts.push_back(made_.counts[i]);
                kept.document_counts.push_back(made_.document_counts[i]);
            }
        }
        made_ = std::move(kept);
    }

    ngram_selection which_;
    ngram_counts made_;
};

} // namespace

std::vector<ngram_counts> count_ngrams(corpus_view corpus, analyzer const& how, ngram_selection const& which,
                                       execution const& run) {
    auto const shares = share_out(which.memory_budget, how, num_workers(run));
    auto ranges = document_ranges(corpus, shares.range_bytes);
    term_runs runs;
    while (!ranges.empty()) {
        auto const counted = count_some(corpus, ranges, how, shares.max_terms, run);
        for_each_piece("writing terms", 1, run, [&](std::int64_t, worker& self) { runs.add(counted, self); });
    }
    std::vector<ngram_counts> found(term_runs::num_partitions);
    for_each_piece("merging terms", std::ssize(found), run, [&](std::int64_t number, worker& self) {
        selected_ngrams selected{which};
        runs.merge(static_cast<std::size_t>(number), shares.ahead_bytes, self,
                   [&](term_runs::term const& each) { selected.add(each); });
        found[static_cast<std::size_t>(number)] = selected.take();
    });
    return found;
}

} // namespace newsgpu::cpu
