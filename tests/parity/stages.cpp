#include "stages.hpp"

#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "element/hash.hpp"

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

/// Hashes of tokens, against those of the texts that the CPU makes.
stage hashing(std::string const& name, tokenizer const& how) {
    return {"hash_tokens " + name, [how](corpus_view corpus, device where) {
                constexpr std::uint64_t seed = 0x5EED;
                auto const a = tokenize_to_text(corpus, how, device::cpu());
                auto const b = cuda::hash_tokens(corpus, how, seed, where);
                buffer<std::uint64_t> hashes;
                for (std::int64_t i = 0; i < a.texts.size(); ++i) {
                    hashes.push_back(element::hash_bytes(a.texts[i], seed));
                }
                return count_differences(a.offsets, b.offsets) + count_differences(hashes, b.hashes);
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
        stages.push_back(hashing(name, how));
    }
    for (auto const& [name, how] :
         {std::pair{"words lower", tokenizer{.kind = token_kind::words, .form = normalization::lower}},
          std::pair{"sklearn none", tokenizer{.kind = token_kind::sklearn, .form = normalization::none}},
          std::pair{"words nfc", tokenizer{.kind = token_kind::words, .form = normalization::nfc}}}) {
        auto each = hashing(name, how);
        each.resident_too = false;
        stages.push_back(std::move(each));
    }
    for (auto const* form : {"nfc", "nfkc", "nfkc_casefold", "casefold", "lower", "strip_accents",
                             "strip_accents_ascii", "none"}) {
        stages.push_back(normalizing(form));
    }
    return stages;
}

} // namespace newsgpu::parity
