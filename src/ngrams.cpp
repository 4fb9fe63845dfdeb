#include <newsgpu/ngrams.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <algorithm>
#include <limits>

namespace newsgpu {

ngram_counts count_ngrams(corpus_view corpus, analyzer const& how, ngram_selection const& which,
                          execution const& run) {
    require_ngram_range(how, std::numeric_limits<std::int8_t>::max());
    require_at_least<std::int64_t>("top", which.top, -1);
    require_at_least<std::int64_t>("min_count", which.min_count, 1);
    require_at_least<std::int64_t>("min_documents", which.min_documents, 1);
    require_available(run.device, "count_ngrams");
    auto const counted = cpu::count_terms(corpus, how, term_identity::text_and_length, run);

    std::vector<std::int32_t> chosen;
    for (std::int32_t term = 0; term < counted.terms.size(); ++term) {
        auto const at = static_cast<std::size_t>(term);
        if (counted.counts[at] >= which.min_count && counted.document_counts[at] >= which.min_documents) {
            chosen.push_back(term);
        }
    }
    auto const kept =
        which.top < 0 ? std::ssize(chosen) : std::min<std::ptrdiff_t>(which.top, std::ssize(chosen));
    // Terms are numbered in the order of their text.
    auto const more_frequent = [&](std::int32_t a, std::int32_t b) {
        auto const counts = std::pair{counted.counts[static_cast<std::size_t>(a)],
                                      counted.counts[static_cast<std::size_t>(b)]};
        return counts.first != counts.second ? counts.first > counts.second : a < b;
    };
    std::partial_sort(chosen.begin(), chosen.begin() + kept, chosen.end(), more_frequent);
    chosen.resize(static_cast<std::size_t>(kept));

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
