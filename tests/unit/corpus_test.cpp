#include <newsgpu/corpus.hpp>
#include <newsgpu/error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace {

using namespace newsgpu;

TEST(Corpus, TextsComeBack) {
    std::vector<std::string> const texts{"one", "", "three"};
    auto const column = make_corpus(texts);
    corpus_view const corpus{column};
    ASSERT_EQ(corpus.size(), 3);
    EXPECT_EQ(corpus.num_bytes(), 8);
    EXPECT_EQ(corpus[0], "one");
    EXPECT_EQ(corpus[1], "");
    EXPECT_EQ(corpus[2], "three");
}

TEST(Corpus, EmptyOnesAreEmpty) {
    EXPECT_EQ(corpus_view{}.size(), 0);
    EXPECT_EQ(corpus_view{}.num_bytes(), 0);
    EXPECT_EQ(corpus_view{string_column{}}.size(), 0);
}

TEST(Corpus, SubviewKeepsTextAndValidity) {
    std::string const bytes = "abcd";
    std::vector<std::int64_t> const offsets{0, 1, 2, 3, 4};
    std::uint8_t const validity = 0b1011;
    corpus_view const corpus{view<char const>{bytes}, view<std::int64_t const>{offsets}, &validity, 0};
    EXPECT_TRUE(corpus.is_missing(2));
    EXPECT_EQ(corpus[2], "");
    auto const part = corpus.subview(1, 3);
    ASSERT_EQ(part.size(), 3);
    EXPECT_EQ(part[0], "b");
    EXPECT_TRUE(part.is_missing(1));
    EXPECT_EQ(part[2], "d");
    EXPECT_EQ(part.num_bytes(), 3);
    EXPECT_THROW(corpus.subview(3, 2), invalid_input);
}

TEST(Corpus, OffsetsAreChecked) {
    std::string const bytes = "abcd";
    for (auto const& offsets : {std::vector<std::int64_t>{0, 3, 2}, {0, 5}, {-1, 2}}) {
        EXPECT_THROW((corpus_view{view<char const>{bytes}, view<std::int64_t const>{offsets}}),
                     invalid_input);
    }
}

TEST(Corpus, ColumnsConcatenate) {
    std::vector<string_column> columns(3);
    columns[0].push_back("a");
    columns[0].push_back("bc");
    columns[2].push_back("d");
    auto const whole = concatenate(columns);
    ASSERT_EQ(whole.size(), 3);
    EXPECT_EQ(whole[1], "bc");
    EXPECT_EQ(whole[2], "d");
}

} // namespace
