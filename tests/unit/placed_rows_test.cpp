#include "cpu/merged_rows.hpp"
#include "cpu/placed_rows.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace {

using namespace newsgpu;

string_column random_corpus(std::mt19937_64& random) {
    string_column corpus;
    auto const vocabulary = std::uint64_t{1} << random() % 9;
    for (auto left = random() % 40; left > 0; --left) {
        std::string text;
        for (auto length = random() % 80; length > 0; --length) {
            text += std::to_string(random() % vocabulary) + ' ';
        }
        corpus.push_back(text);
    }
    return corpus;
}

/// Two ways to count n-grams that share no code behind the tokens: by sorting and by tables.
TEST(PlacedRows, AreThoseOfTables) {
    std::mt19937_64 random{11};
    for (int round = 0; round < 40; ++round) {
        auto const corpus = random_corpus(random);
        analyzer how{.min_n = 1 + static_cast<int>(random() % 3)};
        how.max_n = how.min_n + static_cast<int>(random() % 3);
        how.tokens = {token_kind::whitespace, normalization::none, {}, 1};
        if (random() % 3 == 0) {
            how.tokens.stop_words = {"1", "3", "4"};
        }
        for (int const num_threads : {1, 3}) {
            execution const run{device::cpu(), num_threads};
            auto const placed = cpu::placed_rows::make(corpus, how, run);
            ASSERT_NE(placed, nullptr);
            cpu::merged_rows tables{corpus, how, term_identity::text, run};
            placed->add_up(run);
            tables.add_up(run);
            EXPECT_EQ(placed->terms().terms.texts().bytes, tables.terms().terms.texts().bytes);
            EXPECT_EQ(placed->terms().counts, tables.terms().counts);
            EXPECT_EQ(placed->terms().document_counts, tables.terms().document_counts);
            EXPECT_EQ(placed->terms().appearance, tables.terms().appearance);
            std::vector<std::uint8_t> kept(static_cast<std::size_t>(tables.terms().terms.size()));
            for (auto& each : kept) {
                each = random() % 2 != 0;
            }
            for (bool const all : {true, false}) {
                auto const mask = all ? view<std::uint8_t const>{} : view<std::uint8_t const>{kept};
                matrix_options<std::int64_t> const options;
                auto const a = placed->matrix(options, mask, run), b = tables.matrix(options, mask, run);
                EXPECT_EQ(a.num_columns, b.num_columns);
                EXPECT_EQ(a.indptr, b.indptr);
                EXPECT_EQ(a.indices, b.indices);
                EXPECT_EQ(a.data, b.data);
            }
        }
    }
}

TEST(PlacedRows, LeaveTextsOfSeveralNgramsToTables) {
    // The ligature U+FDFA is one token of four words, the others are these words.
    execution const run{device::cpu(), 1};
    auto const folded = count_terms(make_corpus(std::vector<std::string>{"\xEF\xB7\xBA"})).terms.text(0);
    auto const corpus = make_corpus(std::vector<std::string>{"\xEF\xB7\xBA " + folded});
    EXPECT_EQ(cpu::placed_rows::make(corpus, {.max_n = 4}, run), nullptr);
    EXPECT_NE(cpu::placed_rows::make(corpus, {.max_n = 3}, run), nullptr);
}

} // namespace
