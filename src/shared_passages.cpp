#include <newsgpu/shared_passages.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <limits>
#include <string>

namespace newsgpu {

passages shared_passages(corpus_view corpus, passage_options const& options, tokenizer const& how,
                         execution const& run) {
    require_at_least("min_tokens", options.min_tokens, std::int64_t{1});
    if (!options.sources.empty() && options.sources.size() != corpus.size()) {
        throw invalid_input{"sources must have one entry for each of " + std::to_string(corpus.size()) +
                            " documents, got " + std::to_string(options.sources.size())};
    }
    require_between("the number of documents", corpus.size(), std::int64_t{0},
                    std::int64_t{std::numeric_limits<std::uint32_t>::max()} - 1);
    require_available(run.device, "shared_passages");
    return cpu::shared_passages(corpus, options, how, run);
}

} // namespace newsgpu
