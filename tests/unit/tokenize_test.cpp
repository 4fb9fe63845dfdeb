#include <newsgpu/error.hpp>
#include <newsgpu/tokenize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace newsgpu;
using strings = std::vector<std::string>;

strings texts_of(std::string const& text, tokenizer const& how) {
    strings const documents{text};
    auto const found = tokenize_to_text(make_corpus(documents), how);
    strings made;
    for (std::int64_t i = 0; i < found.texts.size(); ++i) {
        made.emplace_back(found.texts[i]);
    }
    return made;
}

TEST(Tokenize, Words) {
    EXPECT_EQ(texts_of("The U.S. economy grew 3.2%, didn't it?", {}),
              (strings{"the", "u.s", "economy", "grew", "3.2", "didn't", "it"}));
    EXPECT_EQ(texts_of("中国经济增长。", {}), (strings{"中国", "经济", "增长"}));
}

TEST(Tokenize, SegmentsCoverTheText) {
    auto const column = make_corpus(strings{"Hi, 世界!\n", "", "\xFFok"});
    auto const found = tokenize(column, {.kind = token_kind::segments});
    ASSERT_EQ(found.offsets.size(), 4u);
    EXPECT_EQ(found.offsets[2], found.offsets[1]);
    std::int64_t at = 0;
    for (std::int64_t t = 0; t < found.size(); ++t) {
        EXPECT_EQ(found.starts[t], at);
        at = found.ends[t];
    }
    EXPECT_EQ(at, static_cast<std::int64_t>(column.bytes.size()));
}

TEST(Tokenize, StatusIsIcus) {
    auto const column = make_corpus(strings{"a1 12 中国 ,"});
    auto const found = tokenize(column, {.kind = token_kind::segments});
    EXPECT_EQ(found.status, (buffer<std::uint16_t>{100, 0, 100, 0, 400, 0, 0}));
}

// Worked out from the pattern (?u)\b\w\w+\b on the lowered text.
TEST(Tokenize, SklearnLowersFirst) {
    tokenizer const how{.kind = token_kind::sklearn, .form = normalization::none};
    EXPECT_EQ(texts_of("A big DOG, x_y 7 42", how), (strings{"big", "dog", "x_y", "42"}));
    EXPECT_EQ(texts_of("中 中国 news", how), (strings{"中国", "news"}));
    EXPECT_EQ(texts_of("\u0130stanbul", how), (strings{"stanbul"}));
    EXPECT_EQ(texts_of("\u039F\u0394\u039F\u03A3", how), (strings{"\u03BF\u03B4\u03BF\u03C2"}));
    auto const column = make_corpus(strings{"\u0130stanbul"});
    auto const found = tokenize(column, how);
    EXPECT_EQ(found.starts[0], 2);
    EXPECT_EQ(found.ends[0], 9);
}

TEST(Tokenize, CharactersAndWhitespace) {
    tokenizer const characters{.kind = token_kind::characters, .form = normalization::none};
    EXPECT_EQ(texts_of("a 中\u3000\n\u00E9", characters), (strings{"a", "中", "\u00E9"}));
    tokenizer const runs{.kind = token_kind::whitespace, .form = normalization::none};
    EXPECT_EQ(texts_of("  a b\u3000c,d\x1C"
                       "e ",
                       runs),
              (strings{"a", "b", "c,d", "e"}));
}

TEST(Tokenize, StopWordsAreComparedAfterNormalization) {
    tokenizer const how{
        .kind = token_kind::words, .form = normalization::nfkc_casefold, .stop_words = {"the"}};
    EXPECT_EQ(texts_of("The cat and THE dog", how), (strings{"cat", "and", "dog"}));
}

TEST(Tokenize, CountsEqualOffsets) {
    auto const column = make_corpus(strings{"one two", "", "三个词语 here", "\n"});
    for (auto const kind : {token_kind::words, token_kind::segments, token_kind::sklearn,
                            token_kind::characters, token_kind::whitespace}) {
        auto const offsets = tokenize(column, {.kind = kind}).offsets;
        auto const counts = count_tokens(column, {.kind = kind});
        for (std::size_t d = 0; d < counts.size(); ++d) {
            EXPECT_EQ(counts[d], offsets[d + 1] - offsets[d]);
        }
    }
}

TEST(Tokenize, AnyNumberOfThreadsGivesTheSame) {
    string_column column;
    for (int i = 0; i < 20'000; ++i) {
        column.push_back("Document " + std::to_string(i) + " 说了第" + std::to_string(i * i) + "句话。");
    }
    auto const one = tokenize(column, {}, {device::cpu(), 1});
    auto const five = tokenize(column, {}, {device::cpu(), 5});
    EXPECT_EQ(one.starts, five.starts);
    EXPECT_EQ(one.ends, five.ends);
    EXPECT_EQ(one.status, five.status);
    EXPECT_EQ(one.offsets, five.offsets);
}

TEST(Tokenize, NamesAreRead) {
    EXPECT_EQ(parse_token_kind("sklearn"), token_kind::sklearn);
    EXPECT_THROW(parse_token_kind("word"), invalid_input);
}

/// A window of text may end there, because the segment behind is long.
TEST(TokenizeToText, ACutSequenceAtTheEdgeOfAWindow) {
    std::string const behind(1000, 'b');
    for (std::size_t before = 1; before <= 130; ++before) {
        string_column column;
        column.push_back(std::string(before, 'a') + "\xE5\x9B" + behind);
        auto const found = tokenize_to_text(column, {.kind = token_kind::segments}, device::cpu());
        ASSERT_EQ(found.texts.size(), 3) << before;
        EXPECT_EQ(found.texts[1], "\uFFFD") << before;
        EXPECT_EQ(found.texts[2], behind) << before;
    }
}

} // namespace
