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
                                   {"whitespace", token_kind::whitespace}});
}

tokens tokenize(corpus_view corpus, tokenizer const& how, execution const& run) {
    require_available(run.device);
    return cpu::tokenize(corpus, how, run);
}

buffer<std::int64_t> count_tokens(corpus_view corpus, tokenizer const& how, execution const& run) {
    require_available(run.device);
    return cpu::count_tokens(corpus, how, run);
}

token_texts tokenize_to_text(corpus_view corpus, tokenizer const& how, execution const& run) {
    require_available(run.device);
    return cpu::tokenize_to_text(corpus, how, run);
}

} // namespace newsgpu
