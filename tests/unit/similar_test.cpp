#include <newsgpu/similar.hpp>

#include <gtest/gtest.h>

#include "cpu/simd_level.hpp"
#include "element/cosine.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

struct pair {
    std::int64_t left, right;
    double similarity;
    friend bool operator==(pair const&, pair const&) = default;
};

std::vector<pair> pairs_of(similar_documents const& found) {
    std::vector<pair> pairs;
    for (std::size_t i = 0; i < found.left.size(); ++i) {
        pairs.push_back({found.left[i], found.right[i], found.similarities[i]});
    }
    return pairs;
}

/// Documents of a few to a hundred words, drawn so that some words are frequent and most are rare; every
/// seventh repeats an earlier one.
std::vector<std::string> make_documents(std::size_t count, std::uint32_t seed) {
    std::mt19937 random{seed};
    std::vector<std::string> documents;
    for (std::size_t doc = 0; doc < count; ++doc) {
        if (doc % 7 == 6) {
            documents.push_back(documents[random() % doc]);
            continue;
        }
        std::string text;
        for (auto words = 1 + random() % 100; words > 0; --words) {
            auto const rank = 2000.0 / (1.0 + static_cast<double>(random() % 2000));
            text += " w" + std::to_string(static_cast<int>(rank)) + "x" + std::to_string(random() % 3);
        }
        documents.push_back(text);
    }
    return documents;
}

/// All pairs that share a word, each document's nearest first, by the definition: cosines of the rows of
/// `count`, weighed.
std::vector<pair> all_pairs(string_column const& corpus) {
    counted_documents counted{corpus};
    counted.add_up();
    auto const idf = inverse_document_frequency(counted.terms().document_counts, corpus.size());
    auto const matrix = counted.matrix<double>({.idf = idf, .norm = row_norm::l2});
    auto const num_rows = static_cast<std::size_t>(corpus.size());
    std::vector<std::vector<double>> rows(
        num_rows, std::vector<double>(static_cast<std::size_t>(matrix.num_columns), 0.0));
    for (std::size_t row = 0; row < num_rows; ++row) {
        for (auto k = static_cast<std::size_t>(matrix.indptr[row]);
             k < static_cast<std::size_t>(matrix.indptr[row + 1]); ++k) {
            rows[row][static_cast<std::size_t>(matrix.indices[k])] = matrix.data[k];
        }
    }
    std::vector<pair> found;
    for (std::size_t left = 0; left < num_rows; ++left) {
        auto const first = std::ssize(found);
        for (std::size_t right = 0; right < num_rows; ++right) {
            auto const dot =
                std::inner_product(rows[left].begin(), rows[left].end(), rows[right].begin(), 0.0);
            if (right != left && dot > 0) {
                found.push_back({static_cast<std::int64_t>(left), static_cast<std::int64_t>(right), dot});
            }
        }
        std::sort(found.begin() + first, found.end(), [](pair const& a, pair const& b) {
            return a.similarity != b.similarity ? a.similarity > b.similarity : a.right < b.right;
        });
    }
    return found;
}

/// The first `top` of each document, as far as they reach `threshold`.
std::vector<pair> selected(std::vector<pair> const& all, std::int64_t top, double threshold) {
    std::vector<pair> found;
    std::int64_t count = 0;
    for (auto const& each : all) {
        count = found.empty() || found.back().left != each.left ? 0 : count;
        if (each.similarity >= threshold && count < top) {
            found.push_back(each);
            ++count;
        }
    }
    return found;
}

TEST(Cosine, OfEqualRowsIsOne) {
    std::mt19937_64 random{1};
    std::uniform_real_distribution<double> values{1e-9, 1.0};
    for (int i = 0; i < 100'000; ++i) {
        auto const square = values(random);
        EXPECT_EQ(element::cosine(square, std::sqrt(square * square)), 1.0);
    }
    EXPECT_EQ(element::cosine(1.0000000000000002, 1), 1.0);
    EXPECT_EQ(element::cosine(0.25, 0.5), 0.5);
}

TEST(Similar, EqualsTheDefinition) {
    for (std::size_t const count : {1u, 2u, 40u, 400u}) {
        auto const corpus = make_corpus(make_documents(count, static_cast<std::uint32_t>(count)));
        auto const all = all_pairs(corpus);
        for (std::int64_t const top : {std::int64_t{1}, std::int64_t{10}, std::int64_t{1000}}) {
            for (auto const threshold : {0.0, 0.35, 0.999}) {
                auto const expected = selected(all, top, threshold);
                for (int const num_threads : {1, 3}) {
                    auto const found = pairs_of(similar(corpus, top, threshold, {}, {device{}, num_threads}));
                    ASSERT_EQ(found.size(), expected.size());
                    for (std::size_t i = 0; i < found.size(); ++i) {
                        EXPECT_EQ(found[i].left, expected[i].left);
                        // Rows as near as each other to the last bits may change places.
                        EXPECT_NEAR(found[i].similarity, expected[i].similarity, 1e-13);
                    }
                }
            }
        }
    }
}

// More rows than a block has, and enough that the number of frequent columns is chosen by trying.
TEST(Similar, DependsOnNoThreadsAndNoInstructionSet) {
    auto const corpus = make_corpus(make_documents(4500, 9));
    auto const expected = pairs_of(similar(corpus, 5, 0, {}, {device{}, 1}));
    EXPECT_EQ(pairs_of(similar(corpus, 5, 0, {}, {device{}, 2})), expected);
    for (auto const level : {cpu::simd_level::baseline, cpu::simd_level::avx2}) {
        if (level <= cpu::best_simd_level()) {
            cpu::override_simd_level(level);
            EXPECT_EQ(pairs_of(similar(corpus, 5, 0, {}, {device{}, 2})), expected);
            cpu::override_simd_level({});
        }
    }
}

// As spam is: no list can hold all that are equally near, and the first rows are the nearest.
TEST(Similar, TakesTheFirstOfManyEqualDocuments) {
    constexpr std::int64_t num_equal = 900, top = 3;
    std::vector<std::string> documents(num_equal, "buy one pill and get one pill more");
    documents.push_back("an old bridge");
    documents.push_back("a new bridge");
    for (int const num_threads : {1, 3}) {
        auto const found = similar(make_corpus(documents), top, 0.1, {}, {device{}, num_threads});
        std::vector<pair> expected;
        for (std::int64_t doc = 0; doc < num_equal; ++doc) {
            for (std::int64_t other = 0; other < top + (doc <= top ? 1 : 0); ++other) {
                if (other != doc && std::ssize(expected) < (doc + 1) * top) {
                    expected.push_back({doc, other, 1.0});
                }
            }
        }
        auto const pairs = pairs_of(found);
        ASSERT_EQ(pairs.size(), expected.size() + 2);
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), pairs.begin()));
        EXPECT_EQ(pairs[expected.size()].right, num_equal + 1);
        EXPECT_EQ(pairs.back().right, num_equal);
    }
}

TEST(Similar, FindsEqualDocumentsAtOne) {
    auto const documents = make_documents(700, 4);
    auto const found = similar(make_corpus(documents), 1000, 1.0);
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs, expected;
    for (std::size_t i = 0; i < found.left.size(); ++i) {
        EXPECT_EQ(found.similarities[i], 1.0);
        // Others may be proportional, or equal as bags of words.
        if (documents[static_cast<std::size_t>(found.left[i])] ==
            documents[static_cast<std::size_t>(found.right[i])]) {
            pairs.emplace_back(found.left[i], found.right[i]);
        }
    }
    for (std::size_t left = 0; left < documents.size(); ++left) {
        for (std::size_t right = 0; right < documents.size(); ++right) {
            if (left != right && documents[left] == documents[right]) {
                expected.emplace_back(left, right);
            }
        }
    }
    EXPECT_GE(expected.size(), 100u);
    std::sort(pairs.begin(), pairs.end());
    EXPECT_EQ(pairs, expected);
}

} // namespace
