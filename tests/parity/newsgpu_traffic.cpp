// newsgpu_traffic FILE TASK: does something once with CUDA to FILE, a document a line. For
// scripts/traffic_report.py. TASK is a kind of token, a form, or one of those below.
#include <newsgpu/count.hpp>
#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/shared_passages.hpp>
#include <newsgpu/similar.hpp>
#include <newsgpu/term_index.hpp>
#include <newsgpu/tfidf.hpp>
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
using task_map = std::map<std::string, std::function<std::int64_t(corpus_view)>>;

auto const where = device::cuda();
tokenizer const sklearn{.kind = token_kind::sklearn, .form = normalization::none};

/// Matrices of one type of value: of all terms, of known ones, and of hashed ones.
template <class Value>
void add_matrices(task_map& all, std::string const& type) {
    all["counts_" + type] = [](corpus_view corpus) {
        return count<Value>(corpus, {.tokens = sklearn}, where).matrix.num_entries();
    };
    all["known_terms_" + type] = [](corpus_view corpus) {
        term_index const known{count_terms(corpus, {.tokens = sklearn}).terms.texts()};
        return count<Value>(corpus, {.tokens = sklearn}, known, {}, where).num_entries();
    };
    all["hashed_features_" + type] = [](corpus_view corpus) {
        return count_hashed<Value>(corpus, {.tokens = sklearn}, {}, {}, where).num_entries();
    };
}

template <class To, class From>
buffer<To> converted(buffer<From> const& values) {
    buffer<To> made(values.size());
    std::transform(values.begin(), values.end(), made.begin(),
                   [](From value) { return static_cast<To>(value); });
    return made;
}

/// Weights for a matrix of the host's, whose positions have these types.
template <class Value, class Offset, class Index>
void add_weights(task_map& all, std::string const& types) {
    all["weights_" + types] = [](corpus_view corpus) {
        auto counts = count<Value>(corpus, {.tokens = sklearn}, device::cpu()).matrix;
        auto const offsets = converted<Offset>(counts.indptr);
        auto const columns = converted<Index>(counts.indices);
        buffer<Value> const idf(static_cast<std::size_t>(counts.num_columns), Value{2});
        weigh(csr_view<Value, Offset, Index>{offsets, columns, counts.data}, view<Value const>{idf},
              row_norm::l2, where);
        return counts.num_entries();
    };
}

task_map tasks() {
    task_map all;
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
    all["count_without_stop_words"] = [](corpus_view corpus) {
        tokenizer const words{.stop_words = {"the", "of", "to", "and", "in", "的", "在", "和", "了", "是"}};
        return count_ngrams(corpus, {.tokens = words}, {}, where).terms.size();
    };
    all["count_long_runs"] = [](corpus_view corpus) {
        tokenizer const runs{.kind = token_kind::word_runs, .form = normalization::lower, .min_length = 3};
        return count_ngrams(corpus, {.tokens = runs}, {}, where).terms.size();
    };
    all["count_char"] = [](corpus_view corpus) {
        return count_ngrams(corpus, {.unit = ngram_unit::characters, .min_n = 2, .max_n = 2}, {}, where)
            .terms.size();
    };
    all["count_char_wb"] = [](corpus_view corpus) {
        analyzer const how{.unit = ngram_unit::characters_in_words, .min_n = 3, .max_n = 5};
        return count_ngrams(corpus, how, {}, where).terms.size();
    };
    all["count_char_wb_long"] = [](corpus_view corpus) {
        analyzer const how{.unit = ngram_unit::characters_in_words, .min_n = 6, .max_n = 7};
        return count_ngrams(corpus, how, {}, where).terms.size();
    };
    all["similar"] = [](corpus_view corpus) {
        return std::ssize(similar(corpus, 10, 0, {.tokens = sklearn}, where).similarities);
    };
    add_matrices<float>(all, "float");
    add_matrices<double>(all, "double");
    add_matrices<std::int32_t>(all, "int32");
    add_matrices<std::int64_t>(all, "int64");
    add_weights<float, std::int32_t, std::int32_t>(all, "float_32_32");
    add_weights<float, std::int64_t, std::int32_t>(all, "float_64_32");
    add_weights<float, std::int64_t, std::int64_t>(all, "float_64_64");
    add_weights<double, std::int32_t, std::int32_t>(all, "double_32_32");
    add_weights<double, std::int64_t, std::int32_t>(all, "double_64_32");
    add_weights<double, std::int64_t, std::int64_t>(all, "double_64_64");
    all["keywords"] = [=](corpus_view corpus) {
        return std::ssize(keywords(corpus, 10, {.tokens = sklearn}, where).scores);
    };
    all["near_duplicates_words"] = [=](corpus_view corpus) {
        return near_duplicates(corpus, {}, where).stats.shingles;
    };
    all["near_duplicates_characters"] = [=](corpus_view corpus) {
        return near_duplicates(corpus, {.unit = shingle_unit::characters, .n = 5}, where).stats.shingles;
    };
    all["exact_join"] = [](corpus_view corpus) {
        return near_duplicates(corpus, {.method = duplicate_method::exact}, where).stats.pairs;
    };
    all["containment"] = [](corpus_view corpus) {
        return near_duplicates(corpus, {.similarity = set_similarity::containment}, where).stats.pairs;
    };
    all["add_to_index"] = [](corpus_view corpus) {
        duplicate_index index;
        return index.add(corpus, {}, {}, where).size();
    };
    all["shared_passages"] = [](corpus_view corpus) { return shared_passages(corpus, {}, {}, where).size(); };
    return all;
}

} // namespace

int main(int argc, char** argv) {
    auto const all = tasks();
    auto const chosen = argc == 3 ? all.find(argv[2]) : all.end();
    if (chosen == all.end()) {
        std::fprintf(stderr, "usage: newsgpu_traffic FILE TASK; tasks:");
        for (auto const& [name, run] : all) {
            std::fprintf(stderr, " %s", name.c_str());
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
