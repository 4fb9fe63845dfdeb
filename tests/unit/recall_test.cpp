#include "cpu/shingle.hpp"
#include "element/minhash.hpp"
#include "lsh_plan.hpp"

#include <newsgpu/near_duplicates.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

std::string word(std::int64_t number) {
    std::string made(1, 'w');
    made.append(std::to_string(number)).push_back(' ');
    return made;
}

/// Pairs of documents of single words as shingles, of which `common` are in both, and `own` in only one of
/// them; no word is in two pairs.
std::vector<std::string> plant_pairs(std::int64_t num_pairs, std::int64_t common, std::int64_t own) {
    std::vector<std::string> texts;
    std::int64_t next = 0;
    for (std::int64_t pair = 0; pair < num_pairs; ++pair) {
        std::string left;
        std::string right;
        for (std::int64_t i = 0; i < common; ++i) {
            left += word(next);
            right += word(next++);
        }
        for (std::int64_t i = 0; i < own; ++i) {
            (i % 2 == 0 ? left : right) += word(next++);
        }
        texts.push_back(left);
        texts.push_back(right);
    }
    return texts;
}

struct planted {
    std::int64_t common, own, num_pairs;
};

/// Sets that make pairs exactly at the threshold: common / (common + own) is that number.
class RecallAtTheThreshold : public testing::TestWithParam<std::tuple<double, std::vector<planted>>> {};

TEST_P(RecallAtTheThreshold, IsWhatWasAskedFor) {
    constexpr std::uint64_t num_seeds = 20;
    auto const& [threshold, sizes] = GetParam();
    std::int64_t planted_pairs = 0;
    std::int64_t found_pairs = 0;
    for (auto const& [common, own, num_pairs] : sizes) {
        auto const texts = plant_pairs(num_pairs, common, own);
        auto const corpus = make_corpus(texts);
        std::int64_t found = 0;
        for (std::uint64_t seed = 1; seed <= num_seeds; ++seed) {
            auto const result =
                near_duplicates(corpus, {.threshold = threshold, .n = 1, .recall = 0.99, .seed = seed});
            found += result.stats.pairs;
            for (std::int64_t p = 0; p < result.distinct_pairs.size(); ++p) {
                ASSERT_EQ(result.distinct_pairs.left[static_cast<std::size_t>(p)] + 1,
                          result.distinct_pairs.right[static_cast<std::size_t>(p)]);
            }
        }
        auto const tried = static_cast<double>(num_pairs * static_cast<std::int64_t>(num_seeds));
        EXPECT_GE(static_cast<double>(found) / tried, 0.99 - 3 * std::sqrt(0.99 * 0.01 / tried))
            << common << " common shingles";
        planted_pairs += num_pairs * static_cast<std::int64_t>(num_seeds);
        found_pairs += found;
    }
    EXPECT_GE(static_cast<double>(found_pairs), 0.99 * static_cast<double>(planted_pairs));
}

INSTANTIATE_TEST_SUITE_P(
    Thresholds, RecallAtTheThreshold,
    testing::Values(
        std::tuple{0.8,
                   std::vector<planted>{
                       {4, 1, 2'000}, {8, 2, 2'000}, {40, 10, 1'000}, {400, 100, 200}, {8'000, 2'000, 20}}},
        std::tuple{0.5,
                   std::vector<planted>{{5, 5, 2'000}, {50, 50, 500}, {500, 500, 100}, {5'000, 5'000, 10}}},
        std::tuple{
            0.9, std::vector<planted>{{9, 1, 2'000}, {90, 10, 1'000}, {900, 100, 100}, {9'000, 1'000, 10}}}));

/// Of two sets with two members in all, exactly one of the two minima of a permutation agrees: always half of
/// all minima, which must not be too few.
TEST(Recall, IsReachedByTinySetsWhereLittleIsAsked) {
    constexpr std::int64_t num_pairs = 500;
    constexpr double recall = 0.3;
    constexpr std::uint64_t num_seeds = 10;
    auto const corpus = make_corpus(plant_pairs(num_pairs, 1, 1));
    std::int64_t found = 0;
    for (std::uint64_t seed = 1; seed <= num_seeds; ++seed) {
        found +=
            near_duplicates(corpus, {.threshold = 0.5, .n = 1, .recall = recall, .seed = seed}).stats.pairs;
    }
    auto const tried = static_cast<double>(num_pairs * static_cast<std::int64_t>(num_seeds));
    EXPECT_GE(static_cast<double>(found) / tried, recall - 3 * std::sqrt(recall * (1 - recall) / tried));
}

/// The words that are least under every permutation of a seed, among many: in a document they decide its
/// minima, whatever else it says.
std::string deciding_words(std::uint64_t seed, std::int32_t num_minima) {
    constexpr std::int64_t num_words = 400'000;
    std::string all;
    for (std::int64_t i = 0; i < num_words; ++i) {
        all += word(1'000'000'000 + i);
    }
    std::vector<std::uint32_t> shingles;
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::shingler{{shingle_unit::words, 1, seed}}.read_low(
            std::string_view{all}, self, [&](view<std::uint32_t const> block) {
                shingles.insert(shingles.end(), block.begin(), block.end());
            });
    });
    EXPECT_EQ(std::ssize(shingles), num_words);
    std::string chosen;
    for (std::int32_t k = 0; k < num_minima; ++k) {
        auto const permutation = element::make_permutation(seed, k, num_minima);
        auto const least = std::min_element(shingles.begin(), shingles.end(),
                                            [&](auto a, auto b) { return permutation(a) < permutation(b); });
        chosen += word(1'000'000'000 + (least - shingles.begin()));
    }
    return chosen;
}

/// Somebody who knows the seed can hide a copy: a few words more, and all minima are others.
TEST(HostileText, HidesNothingFromASeedItWasNotMadeFor) {
    constexpr double threshold = 0.8;
    constexpr std::int64_t num_pairs = 200;
    auto const plan = plan_lsh(threshold, 0.99);
    auto const added = deciding_words(0, plan.num_minima);
    auto texts = plant_pairs(num_pairs, 1'000, 0);
    for (std::size_t i = 1; i < texts.size(); i += 2) {
        texts[i] += added;
    }
    auto const corpus = make_corpus(texts);
    auto const found_with = [&](std::uint64_t seed) {
        auto const result = near_duplicates(corpus, {.threshold = threshold, .n = 1, .seed = seed});
        std::int64_t planted_found = 0;
        for (std::size_t p = 0; p < result.distinct_pairs.left.size(); ++p) {
            auto const left = result.distinct_pairs.left[p];
            planted_found += left % 2 == 0 && result.distinct_pairs.right[p] == left + 1 ? 1 : 0;
        }
        return planted_found;
    };
    // The attack works against the seed it was made for, or this test would show nothing.
    EXPECT_LT(found_with(0), num_pairs / 10);
    for (std::uint64_t const seed : {1U, 2U, 3U, 4U, 5U}) {
        EXPECT_EQ(found_with(seed), num_pairs);
    }
}

/// Or crowd every bucket with documents that have nothing else in common: no pair of them is reported, and
/// comparing them stays within its limits.
TEST(HostileText, CrowdsBucketsForTheSeedItWasMadeForOnly) {
    constexpr double threshold = 0.8;
    constexpr std::int64_t num_documents = 4'000;
    auto const plan = plan_lsh(threshold, 0.99);
    auto const added = deciding_words(0, plan.num_minima);
    std::vector<std::string> texts;
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        std::string text = added;
        for (std::int64_t i = 0; i < 300; ++i) {
            text += word(doc * 300 + i);
        }
        texts.push_back(text);
    }
    auto const corpus = make_corpus(texts);
    auto const crowded = near_duplicates(corpus, {.threshold = threshold, .n = 1});
    EXPECT_EQ(crowded.stats.pairs, 0);
    EXPECT_LE(crowded.stats.candidates, 64 * num_documents);
    EXPECT_GT(crowded.stats.uncompared_pairs, 0);
    auto const calm = near_duplicates(corpus, {.threshold = threshold, .n = 1, .seed = 1});
    EXPECT_EQ(calm.stats.pairs, 0);
    EXPECT_EQ(calm.stats.uncompared_pairs, 0);
    EXPECT_LT(calm.stats.candidates, num_documents);
}

} // namespace
