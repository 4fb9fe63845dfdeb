#include "cpu/merged_rows.hpp"
#include "cpu/placed_rows.hpp"
#include "cpu/spelled_rows.hpp"

#include <gtest/gtest.h>

#include <iterator>
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
void expect_same(cpu::placed_rows& placed, cpu::merged_rows& tables, execution const& run,
                 std::mt19937_64& random) {
    placed.add_up(run);
    tables.add_up(run);
    EXPECT_EQ(placed.terms().terms.texts().bytes, tables.terms().terms.texts().bytes);
    EXPECT_EQ(placed.terms().counts, tables.terms().counts);
    EXPECT_EQ(placed.terms().document_counts, tables.terms().document_counts);
    EXPECT_EQ(placed.terms().appearance, tables.terms().appearance);
    std::vector<std::uint8_t> kept(static_cast<std::size_t>(tables.terms().terms.size()));
    for (auto& each : kept) {
        each = random() % 2 != 0;
    }
    for (bool const all : {true, false}) {
        auto const mask = all ? view<std::uint8_t const>{} : view<std::uint8_t const>{kept};
        matrix_options<std::int64_t> const options;
        auto const a = placed.matrix(options, mask, run), b = tables.matrix(options, mask, run);
        EXPECT_EQ(a.num_columns, b.num_columns);
        EXPECT_EQ(a.indptr, b.indptr);
        EXPECT_EQ(a.indices, b.indices);
        EXPECT_EQ(a.data, b.data);
    }
}

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
            expect_same(*placed, tables, run, random);
        }
    }
}

string_column random_words(std::mt19937_64& random, std::uint64_t num_documents) {
    // Of one to four bytes, one that lowers to two code points, ill-formed ones, and white space.
    static constexpr char const* characters[] = {
        "a",        "b",   "B",  "c", "\xC3\xA9",     "\xCE\xA3",
        "\xC4\xB0", " ",   "\n", " ", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
        "\xE4\xB8", "\xFF"};
    string_column corpus;
    for (; num_documents > 0; --num_documents) {
        std::string text;
        for (auto length = random() % 200; length > 0; --length) {
            text += characters[random() % std::size(characters)];
        }
        corpus.push_back(text);
    }
    return corpus;
}

TEST(SpelledRows, AreThoseOfTables) {
    std::mt19937_64 random{12};
    for (int round = 0; round < 40; ++round) {
        // Now and then several pieces, so that several workers have words.
        auto const corpus = random_words(random, round % 20 == 19 ? 4000 : random() % 40);
        analyzer how{.unit = ngram_unit::characters_in_words, .min_n = 1 + static_cast<int>(random() % 6)};
        how.max_n = how.min_n + static_cast<int>(random() % 3);
        constexpr normalization forms[] = {normalization::none, normalization::lower, normalization::casefold,
                                           normalization::nfc};
        how.form = forms[random() % std::size(forms)];
        for (int const num_threads : {1, 3}) {
            execution const run{device::cpu(), num_threads};
            auto const spelled = cpu::count_spelled(corpus, how, run);
            ASSERT_NE(spelled, nullptr);
            cpu::merged_rows tables{corpus, how, term_identity::text, run};
            expect_same(*spelled, tables, run, random);
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
