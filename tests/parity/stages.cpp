#include "stages.hpp"

#include <newsgpu/tokenize.hpp>

#include <algorithm>

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

} // namespace

std::vector<stage> all_stages() {
    tokenizer const characters{.kind = token_kind::characters};
    tokenizer const whitespace{.kind = token_kind::whitespace};
    return {counting("characters", characters), finding("characters", characters),
            counting("whitespace", whitespace), finding("whitespace", whitespace)};
}

} // namespace newsgpu::parity
