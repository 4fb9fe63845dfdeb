#include <newsgpu/similar.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <newsgpu/error.hpp>

#include <string>

namespace newsgpu {

similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run) {
    require_at_least<std::int64_t>("top", top, 1);
    require_between("threshold", threshold, 0.0, 1.0);
    require_analyzer(how);
    auto const decided = decide_device(run, corpus, "similar", cuda::missing(how));
    constexpr std::int64_t most_documents = 0xFFFF'FFFE;
    if (corpus.size() > most_documents) {
        throw invalid_input{"similar takes less than 2^32 - 1 documents, got " +
                            std::to_string(corpus.size())};
    }
    return decided.device.type == device::kind::cuda
               ? cuda::similar(gathered_documents{corpus}, top, threshold, how, decided)
               : cpu::similar(corpus, top, threshold, how, decided);
}

} // namespace newsgpu
