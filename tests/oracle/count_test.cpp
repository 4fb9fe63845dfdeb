#include <newsgpu/ngrams.hpp>
#include <newsgpu/similar.hpp>
#include <newsgpu/tfidf.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

// N-grams counted by their text in a std::map, and neighbours found by comparing all pairs.

namespace {

using namespace newsgpu;
using strings = std::vector<std::string>;

struct totals {
    std::int64_t count = 0, documents = 0;
};

/// Texts of few and many distinct words, some with what a token may hold besides letters.
strings random_texts(std::mt19937& random, int num_documents, int num_words) {
    strings const odd{"\xE4\xB8\xAD\xE5\x9B\xBD", "\xEF\xB7\xBA", "o'clock", "3.14", "\xC3\x9F",
                      "\xF0\x9F\x98\x80"};
    strings texts;
    for (int doc = 0; doc < num_documents; ++doc) {
        std::string text;
        for (auto length = random() % 60; length > 0; --length) {
            // The square makes some words frequent and many rare.
            auto const word = static_cast<int>(random() % static_cast<unsigned>(num_words));
            if (random() % 9 == 0) {
                text += odd[random() % odd.size()];
            } else {
                text += 'w';
                text += std::to_string(word * word / num_words);
                text += word % 5 == 0 ? "averylongwordindeed" : "";
            }
            text += random() % 4 == 0 ? ", " : " ";
        }
        texts.push_back(text);
    }
    return texts;
}

std::map<std::pair<std::string, int>, totals> count_by_text(corpus_view corpus, analyzer const& how) {
    auto const tokens = tokenize_to_text(corpus, how.tokens);
    std::map<std::pair<std::string, int>, totals> all;
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        std::set<std::pair<std::string, int>> here;
        auto const first = tokens.offsets[static_cast<std::size_t>(doc)];
        auto const last = tokens.offsets[static_cast<std::size_t>(doc) + 1];
        for (int n = how.min_n; n <= how.max_n; ++n) {
            for (auto begin = first; begin + n <= last; ++begin) {
                std::string text{tokens.texts[begin]};
                for (auto i = begin + 1; i < begin + n; ++i) {
                    text += " ";
                    text += tokens.texts[i];
                }
                ++all[{text, n}].count;
                here.insert({text, n});
            }
        }
        for (auto const& term : here) {
            ++all[term].documents;
        }
    }
    return all;
}

TEST(CountNgrams, AreThoseCountedByText) {
    std::mt19937 random{11};
    for (auto const kind :
         {token_kind::words, token_kind::segments, token_kind::sklearn, token_kind::characters}) {
        for (auto const& [low, high] : std::vector<std::pair<int, int>>{{1, 1}, {1, 2}, {2, 3}, {1, 8}}) {
            auto const corpus = make_corpus(random_texts(random, 60, 200));
            analyzer const how{
                .min_n = low, .max_n = high, .tokens = {kind, normalization::nfkc_casefold, {}}};
            std::vector<std::tuple<std::int64_t, std::string, int, std::int64_t>> expected;
            for (auto const& [term, sums] : count_by_text(corpus, how)) {
                if (sums.count >= 2) {
                    expected.emplace_back(-sums.count, term.first, term.second, sums.documents);
                }
            }
            std::sort(expected.begin(), expected.end());
            for (int const num_threads : {1, 3}) {
                auto const found = count_ngrams(corpus, how, {.min_count = 2}, {device::cpu(), num_threads});
                ASSERT_EQ(found.terms.size(), std::ssize(expected));
                for (std::size_t i = 0; i < expected.size(); ++i) {
                    ASSERT_EQ(
                        (std::tuple{-found.counts[i], std::string{found.terms[static_cast<std::int64_t>(i)]},
                                    int{found.n[i]}, found.document_counts[i]}),
                        expected[i]);
                }
            }
        }
    }
}

TEST(Count, DoesNotDependOnThreads) {
    std::mt19937 random{12};
    // Enough text for many pieces, so that workers share them in different ways.
    auto const corpus = make_corpus(random_texts(random, 6'000, 2'000));
    for (auto const unit : {ngram_unit::words, ngram_unit::characters, ngram_unit::characters_in_words}) {
        analyzer const how{.unit = unit, .min_n = 1, .max_n = 3};
        auto const one = count<std::int32_t>(corpus, how, {device::cpu(), 1});
        for (int const num_threads : {2, 5}) {
            auto const many = count<std::int32_t>(corpus, how, {device::cpu(), num_threads});
            ASSERT_EQ(many.terms.terms.texts().bytes, one.terms.terms.texts().bytes);
            ASSERT_EQ(many.terms.appearance, one.terms.appearance);
            ASSERT_EQ(many.terms.counts, one.terms.counts);
            ASSERT_EQ(many.terms.document_counts, one.terms.document_counts);
            ASSERT_EQ(many.matrix.indptr, one.matrix.indptr);
            ASSERT_EQ(many.matrix.indices, one.matrix.indices);
            ASSERT_EQ(many.matrix.data, one.matrix.data);
        }
    }
}

TEST(Similar, AreTheNearestOfAllPairs) {
    std::mt19937 random{13};
    auto texts = random_texts(random, 300, 400);
    texts[7] = texts[100];
    texts[8] = texts[100];
    auto const corpus = make_corpus(texts);
    auto rows = count<double>(corpus);
    auto const idf = inverse_document_frequency(rows.terms.document_counts, corpus.size());
    weigh<double>(rows.matrix, idf, row_norm::l2);
    auto const& matrix = rows.matrix;
    auto const num_rows = static_cast<std::size_t>(matrix.num_rows());
    std::vector<std::vector<double>> dense(num_rows,
                                           std::vector<double>(static_cast<std::size_t>(matrix.num_columns)));
    for (std::size_t row = 0; row < num_rows; ++row) {
        for (auto k = static_cast<std::size_t>(matrix.indptr[row]);
             k < static_cast<std::size_t>(matrix.indptr[row + 1]); ++k) {
            dense[row][static_cast<std::size_t>(matrix.indices[k])] = matrix.data[k];
        }
    }
    // min(1, a.b / sqrt(a.a b.b)), summed in the order of first appearance, as documented.
    auto const dot = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (auto const column : rows.terms.appearance) {
            sum += dense[a][static_cast<std::size_t>(column)] * dense[b][static_cast<std::size_t>(column)];
        }
        return sum;
    };
    std::vector<double> squares;
    for (std::size_t row = 0; row < num_rows; ++row) {
        squares.push_back(dot(row, row));
    }
    auto const cosine = [&](std::size_t a, std::size_t b) {
        auto const common = dot(a, b);
        return common == 0 ? 0.0 : std::min(1.0, common / std::sqrt(squares[a] * squares[b]));
    };
    for (auto const& [top, threshold] :
         std::vector<std::pair<std::int64_t, double>>{{1, 0}, {5, 0}, {10, 0.3}, {500, 0.1}}) {
        std::vector<std::tuple<std::int64_t, double, std::int64_t>> expected;
        for (std::size_t left = 0; left < num_rows; ++left) {
            std::vector<std::pair<double, std::int64_t>> others;
            for (std::size_t right = 0; right < num_rows; ++right) {
                auto const similarity = cosine(left, right);
                if (left != right && similarity > 0 && similarity >= threshold) {
                    others.emplace_back(-similarity, right);
                }
            }
            std::sort(others.begin(), others.end());
            others.resize(std::min(others.size(), static_cast<std::size_t>(top)));
            for (auto const& [similarity, right] : others) {
                expected.emplace_back(left, -similarity, right);
            }
        }
        for (int const num_threads : {1, 3}) {
            auto const found = similar(corpus, top, threshold, {}, {device::cpu(), num_threads});
            ASSERT_EQ(found.left.size(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                ASSERT_EQ((std::tuple{found.left[i], found.similarities[i], found.right[i]}), expected[i]);
            }
        }
    }
}

} // namespace
