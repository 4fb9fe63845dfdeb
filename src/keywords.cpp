#include <newsgpu/keywords.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

namespace newsgpu {

document_keywords keywords(corpus_view corpus, std::int64_t top, analyzer const& how, execution const& run) {
    require_at_least<std::int64_t>("top", top, 1);
    require_analyzer(how);
    auto const decided = decide_device(run, corpus, "keywords", cuda::missing(how));
    return decided.device.type == device::kind::cuda
               ? cuda::keywords(gathered_documents{corpus}, top, how, decided)
               : cpu::keywords(corpus, top, how, decided);
}

} // namespace newsgpu
