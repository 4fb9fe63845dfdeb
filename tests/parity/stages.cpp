#include "stages.hpp"

#include <newsgpu/count.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "cases.hpp"
#include "differences.hpp"
#include "duplicate_stages.hpp"
#include "element/hash.hpp"
#include "similar_stages.hpp"

#include <utility>

namespace newsgpu::parity {

namespace {

using parity::count_differences; // which those below would hide

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

std::int64_t count_differences(term_counts const& a, term_counts const& b) {
    return count_differences(a.terms.texts(), b.terms.texts()) + count_differences(a.counts, b.counts) +
           count_differences(a.document_counts, b.document_counts) +
           count_differences(a.appearance, b.appearance);
}

template <class Value>
std::int64_t count_differences(csr_matrix<Value> const& a, csr_matrix<Value> const& b) {
    return count_differences(a.indptr, b.indptr) + count_differences(a.indices, b.indices) +
           count_differences(a.data, b.data) + (a.num_columns == b.num_columns ? 0 : 1);
}

stage counting_ngrams(std::string const& name, analyzer const& how) {
    return {"count_ngrams " + name, [how](corpus_view corpus, device where) {
                auto const a = count_ngrams(corpus, how, {.min_count = 2}, device::cpu());
                auto const b = count_ngrams(corpus, how, {.min_count = 2}, where);
                return count_differences(a.terms, b.terms) + count_differences(a.n, b.n) +
                       count_differences(a.counts, b.counts) +
                       count_differences(a.document_counts, b.document_counts);
            }};
}

/// Rows, terms, and a matrix of weights of those terms that several documents have.
stage counting_rows(std::string const& name, analyzer const& how) {
    return {"count " + name, [how](corpus_view corpus, device where) {
                auto const a = count<std::int64_t>(corpus, how, device::cpu());
                auto const b = count<std::int64_t>(corpus, how, where);
                return count_differences(a.terms, b.terms) + count_differences(a.matrix, b.matrix);
            }};
}

stage weighing_rows(std::string const& name, analyzer const& how) {
    return {"tfidf " + name, [how](corpus_view corpus, device where) {
                auto const weigh_on = [&](device on) {
                    counted_documents counted{corpus, how, on};
                    counted.add_up(on);
                    buffer<std::uint8_t> kept;
                    buffer<std::int64_t> document_counts;
                    for (auto const each : counted.terms().document_counts) {
                        kept.push_back(each > 1);
                        if (each > 1) {
                            document_counts.push_back(each);
                        }
                    }
                    auto const idf = inverse_document_frequency(document_counts, corpus.size());
                    buffer<float> single;
                    for (auto const each : idf) {
                        single.push_back(static_cast<float>(each));
                    }
                    return std::pair{counted.matrix<double>({.idf = idf, .norm = row_norm::l2}, kept, on),
                                     counted.matrix<float>({.idf = single, .norm = row_norm::l1}, kept, on)};
                };
                auto const a = weigh_on(device::cpu()), b = weigh_on(where);
                return count_differences(a.first, b.first) + count_differences(a.second, b.second);
            }};
}

/// Columns that are known before: those of the first half of the documents; and hashed ones, most of which
/// several terms share.
stage counting_columns(std::string const& name, analyzer const& how) {
    return {"count columns " + name, [how](corpus_view corpus, device where) {
                auto const some = corpus.subview(0, corpus.size() / 2);
                term_index const columns{count_terms(some, how, device::cpu()).terms.texts()};
                buffer<double> const idf(static_cast<std::size_t>(columns.size()), 1.5);
                matrix_options<double> const weights{.idf = idf, .norm = row_norm::l2};
                feature_hashing const hashing{.num_features = 61};
                return count_differences(count(corpus, how, columns, weights, device::cpu()),
                                         count(corpus, how, columns, weights, where)) +
                       count_differences(count_hashed<std::int32_t>(corpus, how, hashing, {}, device::cpu()),
                                         count_hashed<std::int32_t>(corpus, how, hashing, {}, where));
            }};
}

stage weighing_matrix() {
    return {"weigh",
            [](corpus_view corpus, device where) {
                auto const counted =
                    count<float>(corpus, {.tokens = {.kind = token_kind::whitespace}}, device::cpu());
                auto a = counted.matrix, b = counted.matrix;
                buffer<float> const idf(static_cast<std::size_t>(a.num_columns), 1.1f);
                weigh<float>(a, idf, row_norm::l2, device::cpu());
                weigh<float>(b, idf, row_norm::l2, where);
                return count_differences(a, b);
            },
            false};
}

stage finding_keywords(std::string const& name, analyzer const& how) {
    return {"keywords " + name, [how](corpus_view corpus, device where) {
                auto const a = keywords(corpus, 3, how, device::cpu());
                auto const b = keywords(corpus, 3, how, where);
                return count_differences(a.documents, b.documents) + count_differences(a.ranks, b.ranks) +
                       count_differences(a.terms, b.terms) + count_differences(a.scores, b.scores);
            }};
}

/// The same where hashes tell nearly nothing, so that terms are told apart by their bytes alone.
stage with_weak_hashes(stage of) {
    auto const differences = of.differences;
    of.name += ", weak hashes";
    of.resident_too = false;
    of.differences = [differences](corpus_view corpus, device where) {
        // A corpus of any size would take hours.
        cuda::weaken_term_hashes(std::uint64_t{1} << 63 | 3);
        auto const found = differences(beginning_of(corpus, 4000), where);
        cuda::weaken_term_hashes(~std::uint64_t{0});
        return found;
    };
    return of;
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
          std::pair{"segments", token_kind::segments}, std::pair{"word_runs", token_kind::word_runs}}) {
        tokenizer const how{.kind = kind};
        stages.push_back(counting(name, how));
        stages.push_back(finding(name, how));
        stages.push_back(hashing(name, how));
    }
    for (auto const& [name, how] :
         {std::pair{"words lower", tokenizer{.kind = token_kind::words, .form = normalization::lower}},
          std::pair{"sklearn none", tokenizer{.kind = token_kind::sklearn, .form = normalization::none}},
          std::pair{"words nfc", tokenizer{.kind = token_kind::words, .form = normalization::nfc}},
          std::pair{"word_runs of 2", tokenizer{.kind = token_kind::word_runs, .min_length = 2}},
          std::pair{
              "word_runs of 3 lower",
              tokenizer{token_kind::word_runs, normalization::lower, {"abc", "\u4E0A\u6D77\u5E02"}, 3}}}) {
        auto each = hashing(name, how);
        each.resident_too = false;
        stages.push_back(std::move(each));
    }
    tokenizer const words{.kind = token_kind::words};
    tokenizer const sklearn{.kind = token_kind::sklearn, .form = normalization::none};
    stages.push_back(counting_ngrams("words 1", {.tokens = words}));
    stages.push_back(counting_ngrams("characters 2 to 3",
                                     {.min_n = 2, .max_n = 3, .tokens = {.kind = token_kind::characters}}));
    stages.push_back(counting_ngrams("whitespace 8",
                                     {.min_n = 8, .max_n = 8, .tokens = {.kind = token_kind::whitespace}}));
    // Segments hold separators, so that n-grams share their text.
    stages.push_back(counting_ngrams("segments 1 to 2",
                                     {.min_n = 1, .max_n = 2, .tokens = {.kind = token_kind::segments}}));
    stages.push_back(counting_rows("sklearn 1", {.tokens = sklearn}));
    stages.push_back(counting_rows("words 1 to 3", {.min_n = 1, .max_n = 3, .tokens = words}));
    stages.push_back(
        counting_rows("segments 1 to 2", {.min_n = 1, .max_n = 2, .tokens = {.kind = token_kind::segments}}));
    stages.push_back(weighing_rows("sklearn 1 to 2", {.min_n = 1, .max_n = 2, .tokens = sklearn}));
    stages.push_back(
        counting_columns("whitespace 1 to 2", {.max_n = 2, .tokens = {.kind = token_kind::whitespace}}));
    stages.push_back(
        counting_columns("segments 1 to 2", {.max_n = 2, .tokens = {.kind = token_kind::segments}}));
    constexpr auto characters_of_text = ngram_unit::characters, in_words = ngram_unit::characters_in_words;
    stages.push_back(counting_rows("char 1 to 3", {.unit = characters_of_text, .max_n = 3}));
    stages.push_back(counting_ngrams(
        "char 2, nfkc_casefold",
        {.unit = characters_of_text, .min_n = 2, .max_n = 2, .form = normalization::nfkc_casefold}));
    stages.push_back(counting_columns(
        "char 2", {.unit = characters_of_text, .min_n = 2, .max_n = 2, .form = normalization::none}));
    stages.push_back(counting_rows("char_wb 2 to 4", {.unit = in_words, .min_n = 2, .max_n = 4}));
    // Shorter words are terms as they are.
    stages.push_back(counting_rows("char_wb 6 to 7", {.unit = in_words, .min_n = 6, .max_n = 7}));
    stages.push_back(counting_rows(
        "char_wb 4, casefold", {.unit = in_words, .min_n = 4, .max_n = 4, .form = normalization::casefold}));
    stages.push_back(weighing_rows("char_wb 5", {.unit = in_words, .min_n = 5, .max_n = 5}));
    stages.push_back(counting_columns(
        "char_wb 3 to 5", {.unit = in_words, .min_n = 3, .max_n = 5, .form = normalization::none}));
    // Some are no token by themselves, one is longer than eight bytes, and some are what the form makes.
    stages.push_back(counting_rows(
        "words 1 to 2 without stop words",
        {.max_n = 2,
         .tokens = {.kind = token_kind::words,
                    .stop_words = {"x", "word", "xxx", "", "\u4E0A\u6D77", "\u4E0A", "1", "a b"}}}));
    stages.push_back(weighing_matrix());
    stages.push_back(finding_keywords("sklearn 1 to 2", {.max_n = 2, .tokens = sklearn}));
    for (auto& each : similar_stages()) {
        stages.push_back(std::move(each));
    }
    stages.push_back(with_weak_hashes(
        counting_rows("whitespace 1 to 2", {.max_n = 2, .tokens = {.kind = token_kind::whitespace}})));
    for (auto const* form : {"nfc", "nfkc", "nfkc_casefold", "casefold", "lower", "strip_accents",
                             "strip_accents_ascii", "none"}) {
        stages.push_back(normalizing(form));
    }
    for (auto& each : duplicate_stages()) {
        stages.push_back(std::move(each));
    }
    stages.push_back(with_weak_hashes(finding_passages("whitespace", 3, {.kind = token_kind::whitespace})));
    return stages;
}

} // namespace newsgpu::parity
