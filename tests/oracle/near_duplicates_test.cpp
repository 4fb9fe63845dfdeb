#include "oracle/near_duplicates.hpp"

#include <newsgpu/error.hpp>

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace newsgpu;

std::vector<oracle::pair> listed(near_duplicates_result const& result) {
    auto const pairs = expand_pairs(result);
    std::vector<oracle::pair> found;
    for (std::size_t p = 0; p < pairs.left.size(); ++p) {
        found.emplace_back(pairs.left[p], pairs.right[p], pairs.similarity[p]);
    }
    EXPECT_EQ(std::ssize(found), result.stats.pairs);
    return found;
}

/// Texts over a small alphabet, many of them edited copies of others.
std::vector<std::string> random_texts(std::mt19937_64& random, bool chinese) {
    std::vector<std::string> const english{"rain",  "Rain", "falls", "on", "the",
                                           "PLAIN", "in",   "Spain", "42", "caf\u00E9"};
    std::vector<std::string> const han{"\u4E2D", "\u56FD", "\u65B0", "\u95FB",  "\uFF21", "a", "A",
                                       "\u3002", "\u3000", " ",      "e\u0301", "\u00AD", "\n"};
    auto const& alphabet = chinese ? han : english;
    auto const below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::vector<std::vector<std::string>> drawn;
    auto const documents = 2 + below(40);
    for (std::size_t d = 0; d < documents; ++d) {
        if (!drawn.empty() && below(3) > 0) {
            auto copy = drawn[below(drawn.size())];
            for (auto edits = below(4); edits > 0 && !copy.empty(); --edits) {
                copy[below(copy.size())] = alphabet[below(alphabet.size())];
            }
            drawn.push_back(copy);
        } else {
            std::vector<std::string> fresh(below(30));
            for (auto& unit : fresh) {
                unit = alphabet[below(alphabet.size())];
            }
            drawn.push_back(fresh);
        }
    }
    std::vector<std::string> texts;
    for (auto const& units : drawn) {
        std::string text;
        for (auto const& unit : units) {
            text += unit;
            text += chinese ? "" : " ";
        }
        texts.push_back(text);
    }
    return texts;
}

TEST(NearDuplicates, DocumentsAreReadWhereTheyLie) {
    std::mt19937_64 random{7};
    for (int round = 0; round < 20; ++round) {
        auto const texts = random_texts(random, round % 2 == 0);
        std::vector<std::string_view> views{texts.begin(), texts.end()};
        views.insert(views.begin() + 1, 2, {});      // missing: no copies of each other
        views.push_back(texts.front().substr(0, 0)); // an empty one is not
        std::string bytes;
        std::vector<std::int64_t> offsets{0};
        std::vector<std::uint8_t> validity((views.size() + 7) / 8, 0xFF);
        for (std::size_t doc = 0; doc < views.size(); ++doc) {
            bytes += views[doc];
            offsets.push_back(std::ssize(bytes));
        }
        validity[0] = static_cast<std::uint8_t>(validity[0] & ~0b110);
        corpus_view const corpus{{bytes.data(), std::ssize(bytes)}, offsets, validity.data()};
        documents_view const documents{view<std::string_view const>{views}};
        for (auto const keep : {keep_rule::first, keep_rule::longest}) {
            near_duplicate_options const options{.threshold = 0.5, .n = 2, .keep = keep};
            auto const expected = near_duplicates(corpus, options),
                       found = near_duplicates(documents, options);
            EXPECT_EQ(listed(found), listed(expected));
            EXPECT_EQ(found.copy_of, expected.copy_of);
            EXPECT_EQ(found.keeper, expected.keeper);
            EXPECT_EQ(found.copy_of[1], 1);
            EXPECT_EQ(found.copy_of[2], 2);
        }
    }
    std::vector<std::string_view> const some{"a b c"};
    documents_view const documents{view<std::string_view const>{some}};
    near_duplicate_options const options;
    EXPECT_THROW(near_duplicates(documents, options, device::cuda()), device_unavailable);
}

class NearDuplicatesOracle : public testing::TestWithParam<std::tuple<shingle_unit, set_similarity, int>> {};

TEST_P(NearDuplicatesOracle, TheExactJoinFindsWhatBruteForceFinds) {
    auto const [unit, similarity, n] = GetParam();
    std::mt19937_64 random{static_cast<std::uint64_t>(n) * 10 + static_cast<std::uint64_t>(similarity)};
    for (int trial = 0; trial < 60; ++trial) {
        auto const corpus =
            make_corpus(random_texts(random, unit == shingle_unit::characters || trial % 3 == 0));
        for (double const threshold : {0.05, 0.3, 0.5, 0.8, 1.0}) {
            near_duplicate_options options;
            options.threshold = threshold;
            options.unit = unit;
            options.n = n;
            options.similarity = similarity;
            options.method = duplicate_method::exact;
            EXPECT_EQ(listed(near_duplicates(corpus, options)), oracle::near_duplicates(corpus, options))
                << "trial " << trial << " threshold " << threshold;
        }
    }
}

TEST_P(NearDuplicatesOracle, MinHashFindsNothingElseAndHardlyLess) {
    auto const [unit, similarity, n] = GetParam();
    std::mt19937_64 random{static_cast<std::uint64_t>(n) * 10 + 1};
    std::size_t expected = 0;
    std::size_t found = 0;
    for (int trial = 0; trial < 60; ++trial) {
        auto const corpus = make_corpus(random_texts(random, unit == shingle_unit::characters));
        for (double const threshold : {0.3, 0.5, 0.8, 1.0}) {
            near_duplicate_options options;
            options.threshold = threshold;
            options.unit = unit;
            options.n = n;
            options.similarity = similarity;
            auto const all = oracle::near_duplicates(corpus, options);
            auto const some = listed(near_duplicates(corpus, options));
            EXPECT_TRUE(std::includes(all.begin(), all.end(), some.begin(), some.end()));
            expected += all.size();
            found += some.size();
        }
    }
    EXPECT_GE(static_cast<double>(found), 0.99 * static_cast<double>(expected))
        << found << " of " << expected;
}

INSTANTIATE_TEST_SUITE_P(EveryOption, NearDuplicatesOracle,
                         testing::Combine(testing::Values(shingle_unit::words, shingle_unit::characters),
                                          testing::Values(set_similarity::jaccard,
                                                          set_similarity::containment),
                                          testing::Values(1, 2, 3, 5, 9)));

TEST(HeavyBuckets, DocumentsThatAreAllAlikeHaveOneKeeper) {
    // Twenty words make 18 shingles; the last word makes one more, which no other document has: 18 of 20 are
    // common.
    std::string common;
    for (int word = 0; word < 20; ++word) {
        common.append("word").append(std::to_string(word)).append(" ");
    }
    std::vector<std::string> texts;
    constexpr std::int64_t documents = 6'000;
    for (std::int64_t doc = 0; doc < documents; ++doc) {
        texts.push_back(common + "end" + std::to_string(doc));
    }
    auto const result = near_duplicates(make_corpus(texts));
    EXPECT_GT(result.stats.uncompared_pairs, 0);
    EXPECT_LT(result.stats.candidates, 2 * documents);
    for (std::size_t doc = 0; doc < texts.size(); ++doc) {
        EXPECT_EQ(result.keeper[doc], 0);
        EXPECT_EQ(result.similarity[doc], doc == 0 ? 1 : 18.0 / 20.0);
    }
}

TEST(Copies, AHundredThousandOfThemAreOneCluster) {
    std::vector<std::string> const texts(100'000, "the same words again");
    auto const result = near_duplicates(make_corpus(texts));
    EXPECT_EQ(result.stats.copies, 99'999);
    EXPECT_EQ(result.stats.pairs, 100'000LL * 99'999 / 2);
    EXPECT_EQ(std::count(result.keeper.begin(), result.keeper.end(), 0), 100'000);
}

} // namespace
