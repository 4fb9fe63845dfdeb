#include "cpu/word_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace newsgpu;

/// Words between the paddings that a batch promises.
class padded_words {
public:
    explicit padded_words(std::vector<std::string> const& words) : text_(cpu::token_batch::padding, '#') {
        for (auto const& word : words) {
            starts_.push_back(static_cast<std::uint32_t>(text_.size()));
            text_ += word;
            ends_.push_back(static_cast<std::uint32_t>(text_.size()));
        }
        text_.append(cpu::token_batch::padding, '#');
    }
    cpu::token_batch batch() const { return {text_.data(), starts_, ends_}; }

private:
    std::string text_;
    std::vector<std::uint32_t> starts_, ends_;
};

std::vector<std::uint32_t> number(cpu::word_table& table, std::vector<std::string> const& words) {
    std::vector<std::uint32_t> numbers(words.size());
    padded_words const held{words};
    table.number(held.batch(), numbers.data());
    return numbers;
}

/// Every word has the same hash: only the bytes can tell words apart.
constexpr cpu::word_hash one_hash{0, 0};

class WordTable : public testing::TestWithParam<cpu::word_hash> {
protected:
    bool collides() const { return GetParam().low == 0; }

    cpu::word_table table{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Hashes, WordTable, testing::Values(cpu::word_hash{}, one_hash),
                         [](auto const& tested) { return tested.index == 0 ? "Usual" : "Colliding"; });

TEST_P(WordTable, NumbersWordsInOrderOfFirstSight) {
    EXPECT_EQ(number(table, {"the", "bridge", "the", "", "bridge", "old"}),
              (std::vector<std::uint32_t>{0, 1, 0, 2, 1, 3}));
    EXPECT_EQ(number(table, {"old", "new", ""}), (std::vector<std::uint32_t>{3, 4, 2}));
    EXPECT_EQ(table.size(), 5u);
    EXPECT_EQ(table[1], "bridge");
    EXPECT_EQ(table[2], "");
}

TEST_P(WordTable, NumbersOneWordAsABatchOfIt) {
    std::vector<std::string> const words{
        "the", "", "fifteen bytes..", "sixteen bytes ...", "the", "a longer word than that"};
    for (auto const& word : words) {
        auto const one = table.number(word);
        EXPECT_EQ(number(table, {word}), std::vector<std::uint32_t>{one}) << word;
        EXPECT_EQ(table[one], word);
    }
    EXPECT_EQ(table.size(), 5u);
}

TEST_P(WordTable, TellsApartWhatDiffersInLengthOrInNulBytes) {
    using namespace std::string_literals;
    // 15 bytes is the longest that is kept in its key; zero bytes pad shorter keys.
    std::vector<std::string> const words{"a",
                                         "a\0"s,
                                         "a\0\0"s,
                                         "\0"s,
                                         std::string(14, 'x'),
                                         std::string(15, 'x'),
                                         std::string(16, 'x'),
                                         std::string(17, 'x'),
                                         std::string(16, 'x') + "y",
                                         std::string(14, 'x') + "\0"s,
                                         std::string(300, 'x')};
    auto const numbers = number(table, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(numbers[i], i);
        EXPECT_EQ(table[numbers[i]], words[i]);
    }
    EXPECT_EQ(number(table, words), numbers);
}

TEST_P(WordTable, KeepsItsNumbersWhileItGrows) {
    std::vector<std::string> words;
    for (int i = 0; i < (collides() ? 9'000 : 100'000); ++i) {
        words.push_back((i % 7 == 0 ? "a rather long prefix " : "w") + std::to_string(i));
    }
    auto const numbers = number(table, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        ASSERT_EQ(numbers[i], i);
        ASSERT_EQ(table[numbers[i]], words[i]);
    }
    EXPECT_EQ(number(table, words), numbers);
}

TEST_P(WordTable, NumbersAnyNumberOfWordsAtOnce) {
    // Words are looked up in groups and compared four at a time.
    std::vector<std::string> words;
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < 2 * cpu::word_group::size + 5; ++i) {
        EXPECT_EQ(number(table, words), expected);
        words.push_back("word " + std::to_string(i / 2));
        expected.push_back(i / 2);
    }
}

} // namespace
