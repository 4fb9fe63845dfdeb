#include <newsgpu/shared_passages.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "require.hpp"

#include <limits>

namespace newsgpu {

passages shared_passages(corpus_view corpus, passage_options const& options, tokenizer const& how,
                         execution const& run) {
    require_at_least("min_tokens", options.min_tokens, std::int64_t{1});
    if (!options.sources.empty()) {
        require_one_each("sources", options.sources.size(), corpus.size(), "documents");
    }
    require_between("the number of documents", corpus.size(), std::int64_t{0},
                    std::int64_t{std::numeric_limits<std::uint32_t>::max()} - 1);
    auto const decided =
        decide_device(run, corpus, "shared_passages", cuda::missing(analyzer{.tokens = how}));
    auto const device =
        decided.device.type == device::kind::cuda ? cuda::make_passage_stages(corpus, how, decided) : nullptr;
    return cpu::shared_passages(corpus, options, how, decided, device.get());
}

} // namespace newsgpu
