#include "cpu/counted_ngrams.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace newsgpu;

using words = std::vector<std::string>;

struct sums {
    std::int64_t count = 0, document_count = 0;
    friend bool operator==(sums const&, sums const&) = default;
};

std::map<words, sums> by_map(std::vector<words> const& documents, std::size_t min_n, std::size_t max_n) {
    std::map<words, sums> all;
    for (auto const& document : documents) {
        std::set<words> met;
        for (auto n = min_n; n <= max_n; ++n) {
            for (std::size_t at = 0; at + n <= document.size(); ++at) {
                words const ngram{document.begin() + static_cast<std::ptrdiff_t>(at),
                                  document.begin() + static_cast<std::ptrdiff_t>(at + n)};
                ++all[ngram].count;
                all[ngram].document_count += met.insert(ngram).second;
            }
        }
    }
    return all;
}

words ngram_of(ngram_tree const& tree, std::size_t length, std::uint32_t number) {
    words made;
    for (; length > 1; --length) {
        auto const key = tree.levels[length - 2][number];
        made.insert(made.begin(), std::string{tree.parts[static_cast<std::uint32_t>(key)]});
        number = static_cast<std::uint32_t>(key >> 32);
    }
    made.insert(made.begin(), std::string{tree.parts[number]});
    return made;
}

std::map<words, sums> as_map(cpu::counted_ngrams const& counted) {
    std::map<words, sums> all;
    for (std::size_t n = 1; n <= counted.levels.size(); ++n) {
        auto const& [counts, document_counts] = counted.levels[n - 1];
        words before;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            auto const ngram = ngram_of(counted.tree, n, static_cast<std::uint32_t>(i));
            EXPECT_LT(before, ngram);
            EXPECT_EQ(counted.tree.is_term[n - 1][i], 1);
            all[ngram] = {counts[i], document_counts[i]};
            before = ngram;
        }
    }
    return all;
}

TEST(CountedNgrams, AreThoseOfAMap) {
    std::mt19937_64 random{7};
    for (int round = 0; round < 60; ++round) {
        std::vector<words> documents;
        string_column corpus;
        auto const vocabulary = std::uint64_t{1} << random() % 10;
        for (auto left = random() % 12; left > 0; --left) {
            auto& document = documents.emplace_back();
            std::string text;
            for (auto length = random() % 60; length > 0; --length) {
                document.push_back(std::to_string(random() % vocabulary));
                text += document.back() + ' ';
            }
            corpus.push_back(text);
        }
        analyzer how{.min_n = 1 + static_cast<int>(random() % 3)};
        how.max_n = how.min_n + static_cast<int>(random() % 4);
        how.tokens = {token_kind::whitespace, normalization::none, {}, 1};
        auto const expected =
            by_map(documents, static_cast<std::size_t>(how.min_n), static_cast<std::size_t>(how.max_n));
        for (std::int64_t const batch_bytes : {1, 300, 1 << 20}) {
            for (int const num_threads : {1, 3}) {
                execution const run{device::cpu(), num_threads};
                EXPECT_EQ(as_map(cpu::count_batches(corpus, how, batch_bytes, run)), expected);
            }
        }
    }
}

} // namespace
