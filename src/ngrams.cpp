#include <newsgpu/ngrams.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace newsgpu {

namespace {

/// Orders ascending terms by falling count, equal counts by term. Nearly all counts are small, so terms are
/// dealt out by count; the few frequent ones are sorted.
void order_by_count(std::vector<std::int32_t>& terms, buffer<std::int64_t> const& counts) {
    constexpr std::int64_t frequent = std::int64_t{1} << 16;
    auto const count_of = [&](std::int32_t term) { return counts[static_cast<std::size_t>(term)]; };
    std::vector<std::int32_t> ordered;
    ordered.reserve(terms.size());
    std::vector<std::size_t> places(frequent + 1, 0);
    for (auto const term : terms) {
        if (count_of(term) >= frequent) {
            ordered.push_back(term);
        } else {
            ++places[static_cast<std::size_t>(count_of(term))];
        }
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](std::int32_t a, std::int32_t b) { return count_of(a) > count_of(b); });
    auto next = ordered.size();
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        next += std::exchange(*place, next);
    }
    ordered.resize(terms.size());
    for (auto const term : terms) {
        if (count_of(term) < frequent) {
            ordered[places[static_cast<std::size_t>(count_of(term))]++] = term;
        }
    }
    terms = std::move(ordered);
}

/// The first `top` of n-grams that ascend by text, in the order in which they are reported.
ngram_counts joined(std::vector<ngram_counts> parts, std::int64_t top) {
    std::vector<std::int32_t> order;
    buffer<std::int64_t> counts;
    std::vector<std::int64_t> starts;
    for (auto const& part : parts) {
        starts.push_back(std::ssize(counts));
        counts.insert(counts.end(), part.counts.begin(), part.counts.end());
    }
    if (std::ssize(counts) > std::numeric_limits<std::int32_t>::max()) {
        throw std::length_error{"more than 2^31 - 1 n-grams to report"};
    }
    order.resize(counts.size());
    std::iota(order.begin(), order.end(), 0);
    order_by_count(order, counts);
    if (top >= 0 && top < std::ssize(order)) {
        order.resize(static_cast<std::size_t>(top));
    }
    ngram_counts found;
    for (auto const number : order) {
        auto const part = std::upper_bound(starts.begin(), starts.end(), number) - starts.begin() - 1;
        auto const& from = parts[static_cast<std::size_t>(part)];
        auto const at = number - starts[static_cast<std::size_t>(part)];
        found.terms.push_back(from.terms[at]);
        found.n.push_back(from.n[static_cast<std::size_t>(at)]);
        found.counts.push_back(from.counts[static_cast<std::size_t>(at)]);
        found.document_counts.push_back(from.document_counts[static_cast<std::size_t>(at)]);
    }
    return found;
}

} // namespace

ngram_counts count_ngrams(corpus_view corpus, analyzer const& how, ngram_selection const& which,
                          execution const& run) {
    require_ngram_range(how, std::numeric_limits<std::int8_t>::max());
    require_at_least<std::int64_t>("top", which.top, -1);
    require_at_least<std::int64_t>("min_count", which.min_count, 1);
    require_at_least<std::int64_t>("min_documents", which.min_documents, 1);
    require_at_least<std::int64_t>("memory_budget", which.memory_budget, 0);
    auto const* const missing = which.memory_budget > 0
                                    ? "memory_budget is for the CPU; use device 'cpu' or 'auto'"
                                    : cuda::missing(how);
    auto const decided = decide_device(run, corpus, "count_ngrams", missing);
    if (which.memory_budget > 0) {
        return joined(cpu::count_ngrams(corpus, how, which, decided), which.top);
    }
    constexpr auto identity = term_identity::text_and_length;
    auto const counted = decided.device.type == device::kind::cuda
                             ? cuda::count_terms(gathered_documents{corpus}, how, identity, decided)
                             : cpu::count_terms(corpus, how, identity, decided);

    std::vector<std::int32_t> chosen;
    for (std::int32_t term = 0; term < counted.terms.size(); ++term) {
        auto const at = static_cast<std::size_t>(term);
        if (counted.counts[at] >= which.min_count && counted.document_counts[at] >= which.min_documents) {
            chosen.push_back(term);
        }
    }
    order_by_count(chosen, counted.counts);
    if (which.top >= 0 && which.top < std::ssize(chosen)) {
        chosen.resize(static_cast<std::size_t>(which.top));
    }

    ngram_counts found;
    found.terms = counted.terms.texts(chosen, run);
    for (auto const term : chosen) {
        found.n.push_back(static_cast<std::int8_t>(counted.terms.length(term)));
        found.counts.push_back(counted.counts[static_cast<std::size_t>(term)]);
        found.document_counts.push_back(counted.document_counts[static_cast<std::size_t>(term)]);
    }
    return found;
}

} // namespace newsgpu
