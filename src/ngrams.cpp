#include <newsgpu/ngrams.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace newsgpu {

namespace {

/// The first `top` of n-grams that ascend by text, in the order in which they are reported.
ngram_counts joined(std::vector<ngram_counts> parts, std::int64_t top, execution const& run) {
    buffer<std::int64_t> counts;
    std::vector<std::int64_t> starts;
    for (auto const& part : parts) {
        starts.push_back(std::ssize(counts));
        counts.insert(counts.end(), part.counts.begin(), part.counts.end());
    }
    ngram_counts found;
    for (auto const number : cpu::select(counts, {}, {.top = top}, run)) {
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
    require_analyzer(how, std::numeric_limits<std::int8_t>::max());
    require_at_least<std::int64_t>("top", which.top, -1);
    require_at_least<std::int64_t>("min_count", which.min_count, 1);
    require_at_least<std::int64_t>("min_documents", which.min_documents, 1);
    require_at_least<std::int64_t>("memory_budget", which.memory_budget, 0);
    auto const* const missing = which.memory_budget > 0
                                    ? "memory_budget is for the CPU; use device 'cpu' or 'auto'"
                                    : cuda::missing(how);
    auto const decided = decide_device(run, corpus, "count_ngrams", missing);
    if (which.memory_budget > 0) {
        return joined(cpu::count_ngrams(corpus, how, which, decided), which.top, decided);
    }
    auto const counted =
        decided.device.type == device::kind::cuda
            ? cuda::count_terms(gathered_documents{corpus}, how, term_identity::text_and_length, decided)
            : cpu::sum_ngrams(corpus, how, decided);

    return cpu::report(counted, which, decided);
}

} // namespace newsgpu
