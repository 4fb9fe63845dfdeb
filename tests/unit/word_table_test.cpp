#include "cpu/word_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace newsgpu;

/// Every word has the same hash: only the bytes can tell words apart.
struct one_hash_of_words {
    static std::uint64_t of(cpu::word_key const&) { return 42; }
    static std::uint64_t of(std::string_view) { return 42; }
};

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

template <class Hash>
std::vector<std::uint32_t> number(cpu::word_table<Hash>& table, std::vector<std::string> const& words) {
    std::vector<std::uint32_t> numbers(words.size());
    padded_words const held{words};
    table.number(held.batch(), numbers.data());
    return numbers;
}

template <class Table>
class WordTable : public testing::Test {};
using Tables = testing::Types<cpu::word_table<>, cpu::word_table<one_hash_of_words>>;
TYPED_TEST_SUITE(WordTable, Tables);

TYPED_TEST(WordTable, NumbersWordsInOrderOfFirstSight) {
    TypeParam table;
    EXPECT_EQ(number(table, {"the", "bridge", "the", "", "bridge", "old"}),
              (std::vector<std::uint32_t>{0, 1, 0, 2, 1, 3}));
    EXPECT_EQ(number(table, {"old", "new", ""}), (std::vector<std::uint32_t>{3, 4, 2}));
    EXPECT_EQ(table.size(), 5u);
    EXPECT_EQ(table[1], "bridge");
    EXPECT_EQ(table[2], "");
}

TYPED_TEST(WordTable, NumbersOneWordAsABatchOfIt) {
    TypeParam table;
    std::vector<std::string> const words{
        "the", "", "fifteen bytes..", "sixteen bytes ...", "the", "a longer word than that"};
    for (auto const& word : words) {
        auto const one = table.number(word);
        EXPECT_EQ(number(table, {word}), std::vector<std::uint32_t>{one}) << word;
        EXPECT_EQ(table[one], word);
    }
    EXPECT_EQ(table.size(), 5u);
}

TYPED_TEST(WordTable, TellsApartWhatDiffersInLengthOrInNulBytes) {
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
    TypeParam table;
    auto const numbers = number(table, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(numbers[i], i);
        EXPECT_EQ(table[numbers[i]], words[i]);
    }
    EXPECT_EQ(number(table, words), numbers);
}

TYPED_TEST(WordTable, KeepsItsNumbersWhileItGrows) {
    std::vector<std::string> words;
    for (int i = 0; i < (std::is_same_v<TypeParam, cpu::word_table<>> ? 100'000 : 9'000); ++i) {
        words.push_back((i % 7 == 0 ? "a rather long prefix " : "w") + std::to_string(i));
    }
    TypeParam table;
    auto const numbers = number(table, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        ASSERT_EQ(numbers[i], i);
        ASSERT_EQ(table[numbers[i]], words[i]);
    }
    EXPECT_EQ(number(table, words), numbers);
}

} // namespace
