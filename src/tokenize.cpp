#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "names.hpp"

namespace newsgpu {

token_kind parse_token_kind(std::string_view name) {
    return parse_name<token_kind>("kind", name,
                                  {{"words", token_kind::words},
                                   {"segments", token_kind::segments},
                                   {"sklearn", token_kind::sklearn},
                                   {"characters", token_kind::characters},
                                   {"whitespace", token_kind::whitespace},
                                   {"word_runs", token_kind::word_runs}});
}

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const decided = decide_device(run, corpus, "tokenize", cuda::missing(how));
    return decided.device.type == device::kind::cuda ? cuda::tokenize(corpus, how, decided)
                                                     : cpu::tokenize(corpus, how, decided);
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    auto const decided = decide_device(run, corpus, "count_tokens", cuda::missing(how));
    return decided.device.type == device::kind::cuda ? cuda::count_tokens(corpus, how, decided)
                                                     : cpu::count_tokens(corpus, how, decided);
}

token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run) {
    require_available(run.device, "tokenize_to_text");
    return cpu::tokenize_to_text(corpus, how, run);
}

} // namespace newsgpu
