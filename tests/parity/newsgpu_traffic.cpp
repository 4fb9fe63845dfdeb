// newsgpu_traffic FILE TASK: does something once with CUDA to FILE, a document a line. For
// scripts/traffic_report.py. TASK is a kind of token, a form, or one of those below.
#include <newsgpu/count.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "cases.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace {

using namespace newsgpu;

/// What there is to do; each returns how much it made.
std::map<std::string_view, std::function<std::int64_t(corpus_view)>> tasks() {
    auto const where = device::cuda();
    tokenizer const sklearn{.kind = token_kind::sklearn, .form = normalization::none};
    std::map<std::string_view, std::function<std::int64_t(corpus_view)>> all;
    for (auto const* kind : {"words", "segments", "sklearn", "characters", "whitespace"}) {
        tokenizer const how{.kind = parse_token_kind(kind)};
        all[kind] = [=](corpus_view corpus) { return tokenize(corpus, how, where).size(); };
    }
    for (auto const* form : {"nfc", "nfkc", "nfkc_casefold", "casefold", "lower"}) {
        all[form] = [=](corpus_view corpus) {
            return std::ssize(normalize(corpus, parse_normalization(form), where).bytes);
        };
    }
    all["hash_words"] = [=](corpus_view corpus) {
        return std::ssize(cuda::hash_tokens(corpus, tokenizer{}, 1, where).hashes);
    };
    all["count_words"] = [=](corpus_view corpus) {
        return count_ngrams(corpus, analyzer{}, {}, where).terms.size();
    };
    all["tfidf"] = [=](corpus_view corpus) {
        counted_documents counted{corpus, {.max_n = 2, .tokens = sklearn}, where};
        counted.add_up(where);
        auto const idf = inverse_document_frequency(counted.terms().document_counts, corpus.size());
        buffer<std::uint8_t> const kept(idf.size(), 1);
        return std::ssize(counted.matrix<double>({.idf = idf, .norm = row_norm::l2}, kept, where).data);
    };
    all["hashed_features"] = [=](corpus_view corpus) {
        return std::ssize(
            count_hashed<float>(corpus, {.tokens = sklearn}, {.num_features = 1 << 20}, {}, where).data);
    };
    all["keywords"] = [=](corpus_view corpus) {
        return std::ssize(keywords(corpus, 10, {.tokens = sklearn}, where).scores);
    };
    all["near_duplicates_words"] = [=](corpus_view corpus) {
        return near_duplicates(corpus, {}, where).stats.shingles;
    };
    all["near_duplicates_characters"] = [=](corpus_view corpus) {
        return near_duplicates(corpus, {.unit = shingle_unit::characters, .n = 5}, where).stats.shingles;
    };
    return all;
}

} // namespace

int main(int argc, char** argv) {
    auto const all = tasks();
    auto const chosen = argc == 3 ? all.find(argv[2]) : all.end();
    if (chosen == all.end()) {
        std::fprintf(stderr, "usage: newsgpu_traffic FILE TASK; tasks:");
        for (auto const& [name, run] : all) {
            std::fprintf(stderr, " %s", std::string{name}.c_str());
        }
        std::fprintf(stderr, "\n");
        return 2;
    }
    std::ifstream file{argv[1], std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    auto const lines = parity::cases_of(text).back();
    auto const made = chosen->second(lines.view());
    std::printf("input %zu bytes, %lld documents, %lld made\n", text.size(),
                static_cast<long long>(lines.view().size()), static_cast<long long>(made));
}
