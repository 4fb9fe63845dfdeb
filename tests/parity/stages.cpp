#include "stages.hpp"

#include <newsgpu/tokenize.hpp>

#include <algorithm>
#include <utility>

namespace newsgpu::parity {

namespace {

/// Elements that differ, and those that one of the arrays has alone.
template <class T>
std::int64_t count_differences(buffer<T> const& a, buffer<T> const& b) {
    auto const common = std::min(a.size(), b.size());
    std::size_t differences = std::max(a.size(), b.size()) - common;
    for (std::size_t i = 0; i < common; ++i) {
        differences += a[i] == b[i] ? 0 : 1;
    }
    return static_cast<std::int64_t>(differences);
}

stage counting(std::string const& name, tokenizer const& how) {
    return {"count_tokens " + name, [how](corpus_view corpus, device where) {
                return count_differences(count_tokens(corpus, how, device::cpu()),
                                         count_tokens(corpus, how, where));
            }};
}

stage finding(std::string const& name, tokenizer const& how) {
    return {"tokenize " + name, [how](corpus_view corpus, device where) {
                auto const a = tokenize(corpus, how, device::cpu());
                auto const b = tokenize(corpus, how, where);
                return count_differences(a.offsets, b.offsets) + count_differences(a.starts, b.starts) +
                       count_differences(a.ends, b.ends) + count_differences(a.status, b.status);
            }};
}

stage normalizing(std::string const& name) {
    auto const form = parse_normalization(name);
    return {"normalize " + name,
            [form](corpus_view corpus, device where) {
                auto const a = normalize(corpus, form, device::cpu());
                auto const b = normalize(corpus, form, where);
                return count_differences(a.offsets, b.offsets) + count_differences(a.bytes, b.bytes);
            },
            form == normalization::nfkc_casefold};
}

} // namespace

std::vector<stage> all_stages() {
    std::vector<stage> stages;
    for (auto const& [name, kind] :
         {std::pair{"characters", token_kind::characters}, std::pair{"whitespace", token_kind::whitespace},
          std::pair{"sklearn", token_kind::sklearn}, std::pair{"words", token_kind::words},
          std::pair{"segments", token_kind::segments}}) {
        tokenizer const how{.kind = kind};
        stages.push_back(counting(name, how));
        stages.push_back(finding(name, how));
    }
    for (auto const* form : {"nfc", "nfkc", "nfkc_casefold", "casefold", "lower", "strip_accents",
                             "strip_accents_ascii", "none"}) {
        stages.push_back(normalizing(form));
    }
    return stages;
}

} // namespace newsgpu::parity
