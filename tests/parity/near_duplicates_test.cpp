#include <newsgpu/near_duplicates.hpp>

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace newsgpu;

std::vector<std::string> drawn_texts(std::size_t count) {
    std::mt19937_64 random{11};
    std::vector<std::string> texts;
    for (std::size_t doc = 0; doc < count; ++doc) {
        std::string text;
        if (doc > 10 && random() % 3 == 0) {
            text = texts[random() % texts.size()] + " and more";
        } else {
            for (auto words = random() % 80; words > 0; --words) {
                text.append("w").append(std::to_string(random() % 500)).append(" ");
            }
        }
        texts.push_back(text);
    }
    return texts;
}

bool equal(duplicate_pairs const& a, duplicate_pairs const& b) {
    return a.left == b.left && a.right == b.right && a.similarity == b.similarity;
}

/// The same answer for any number of threads, to the bit.
TEST(NearDuplicatesParity, ThreadsChangeNothing) {
    auto const corpus = make_corpus(drawn_texts(800));
    for (auto const unit : {shingle_unit::words, shingle_unit::characters}) {
        for (auto const method : {duplicate_method::minhash, duplicate_method::exact}) {
            for (auto const cluster : {cluster_rule::keeper, cluster_rule::components}) {
                near_duplicate_options options;
                options.threshold = 0.6;
                options.unit = unit;
                options.method = method;
                options.cluster = cluster;
                options.keep = keep_rule::longest;
                auto const alone = near_duplicates(corpus, options, {device::cpu(), 1});
                auto const pairs = expand_pairs(alone);
                EXPECT_GT(pairs.size(), 50);
                for (int const threads : {2, 3, 5}) {
                    auto const together = near_duplicates(corpus, options, {device::cpu(), threads});
                    EXPECT_TRUE(equal(expand_pairs(together, {device::cpu(), threads}), pairs));
                    EXPECT_EQ(together.keeper, alone.keeper);
                    EXPECT_EQ(together.cluster_id, alone.cluster_id);
                    EXPECT_EQ(together.similarity, alone.similarity);
                    EXPECT_EQ(together.stats.candidates, alone.stats.candidates);
                }
            }
        }
    }
}

} // namespace
