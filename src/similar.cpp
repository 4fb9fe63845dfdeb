#include <newsgpu/similar.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

namespace newsgpu {

similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run) {
    require_at_least<std::int64_t>("top", top, 1);
    require_between("threshold", threshold, 0.0, 1.0);
    require_ngram_range(how);
    require_available(run.device, "similar");
    return cpu::similar(corpus, top, threshold, how, run);
}

} // namespace newsgpu
