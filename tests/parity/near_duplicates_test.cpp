#include <newsgpu/device_corpus.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/near_duplicates.hpp>

#include "lsh_plan.hpp"
#include "on_a_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>

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

/// Answers of the CPU and of a CUDA device.
class NearDuplicatesOnADevice : public parity::on_a_device {
protected:
    static near_duplicates_result expect_same(corpus_view corpus, near_duplicate_options const& options,
                                              execution const& run) {
        auto a = near_duplicates(corpus, options, device::cpu());
        auto const b = near_duplicates(corpus, options, run);
        EXPECT_EQ(a.copy_of, b.copy_of);
        EXPECT_EQ(a.has_shingles, b.has_shingles);
        EXPECT_TRUE(equal(a.distinct_pairs, b.distinct_pairs));
        EXPECT_EQ(a.cluster_id, b.cluster_id);
        EXPECT_EQ(a.keeper, b.keeper);
        EXPECT_EQ(a.similarity, b.similarity);
        EXPECT_EQ(a.stats.shingles, b.stats.shingles);
        if (a.stats.bands > 0) { // which pairs an exact join compares is a matter of the device
            EXPECT_EQ(a.stats.candidates, b.stats.candidates);
        }
        EXPECT_EQ(a.stats.uncompared_pairs, b.stats.uncompared_pairs);
        return a;
    }

    struct little_memory {
        std::int64_t num_pairs, usual_batches, batches;
    };
    /// The same with all of the device's memory and with a part of it that holds few sets.
    static little_memory expect_same_in_little_memory(corpus_view corpus, near_duplicate_options options) {
        options.threshold = 0.4;
        options.unit = shingle_unit::characters;
        device_stats usual, little;
        execution run{device::cuda()};
        run.stats = &usual;
        expect_same(corpus, options, run);
        run.stats = &little;
        run.device_memory = 256 << 10;
        auto const found = expect_same(corpus, options, run);
        return {found.distinct_pairs.size(), usual.batches, little.batches};
    }
};

TEST_F(NearDuplicatesOnADevice, OptionsGiveTheSame) {
    auto const corpus = make_corpus(drawn_texts(200));
    std::vector<double> priorities;
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        priorities.push_back(static_cast<double>(doc * 7 % 11));
    }
    // Every threshold and every n with every rule of what to keep.
    constexpr keep_rule rules[] = {keep_rule::first, keep_rule::longest, keep_rule::priority};
    std::size_t turn = 0;
    for (auto const threshold : {0.3, 0.8, 1.0}) {
        for (auto const n : {1, 7, 64}) {
            near_duplicate_options options;
            options.threshold = threshold;
            options.unit = shingle_unit::characters;
            options.n = n;
            options.keep = rules[turn++ % std::size(rules)];
            options.cluster = n == 7 ? cluster_rule::components : cluster_rule::keeper;
            options.priorities =
                options.keep == keep_rule::priority ? view<double const>{priorities} : view<double const>{};
            auto const found = expect_same(corpus, options, device::cuda());
            EXPECT_GT(found.stats.copies, 0);
            EXPECT_TRUE(threshold == 1.0 || found.distinct_pairs.size() > 20);
        }
        ++turn;
    }
}

TEST_F(NearDuplicatesOnADevice, ExactJoins) {
    auto const corpus = make_corpus(drawn_texts(150));
    for (auto const similarity : {set_similarity::jaccard, set_similarity::containment}) {
        for (auto const threshold : {0.3, 0.8, 1.0}) {
            for (auto const n : {1, 3, 64}) {
                near_duplicate_options options;
                options.method = duplicate_method::exact;
                options.similarity = similarity;
                options.threshold = threshold;
                options.unit = shingle_unit::characters;
                options.n = n;
                options.cluster = n == 3 ? cluster_rule::components : cluster_rule::keeper;
                expect_same(corpus, options, device::cuda());
            }
        }
    }
}

/// Sets that do not fit the device's memory together are joined block by block.
TEST_F(NearDuplicatesOnADevice, ExactJoinsWithLittleMemory) {
    auto const corpus = make_corpus(drawn_texts(80));
    for (auto const similarity : {set_similarity::jaccard, set_similarity::containment}) {
        near_duplicate_options options;
        options.method = duplicate_method::exact;
        options.similarity = similarity;
        auto const found = expect_same_in_little_memory(corpus, options);
        EXPECT_GT(found.num_pairs, 20);
        EXPECT_GT(found.batches, 3 * found.usual_batches);
    }
}

/// More shingles than a tile has, so that several blocks take part in one sketch.
TEST_F(NearDuplicatesOnADevice, LongDocuments) {
    std::vector<std::string> texts;
    for (int doc = 0; doc < 4; ++doc) {
        std::string text;
        for (int word = 0; word < 4000; ++word) {
            text += std::to_string(word * word % 9973 + (word % 100 == 0 ? doc : 0)) + " ";
        }
        texts.push_back(text);
        texts.emplace_back(doc, ' ');
    }
    near_duplicate_options options;
    options.unit = shingle_unit::characters;
    auto const found = expect_same(make_corpus(texts), options, device::cuda());
    EXPECT_EQ(found.distinct_pairs.size(), 6);
}

/// 1,500 documents with one sentence: their buckets hold more pairs than are all compared. Within a budget
/// pairs wait in a file.
TEST_F(NearDuplicatesOnADevice, HeavyBuckets) {
    std::vector<std::string> texts;
    for (int doc = 0; doc < 1500; ++doc) {
        texts.push_back("One sentence of boilerplate that fifteen hundred documents have in common: " +
                        std::to_string(doc * 37));
    }
    near_duplicate_options options;
    options.unit = shingle_unit::characters;
    auto const corpus = make_corpus(texts);
    auto const found = expect_same(corpus, options, device::cuda());
    EXPECT_GT(found.stats.uncompared_pairs, 0);
    options.memory_budget = 4'400'000;
    auto const bounded = near_duplicates(corpus, options, {device::cuda(), 1});
    EXPECT_TRUE(equal(bounded.distinct_pairs, found.distinct_pairs));
    EXPECT_EQ(bounded.keeper, found.keeper);
    EXPECT_EQ(bounded.stats.uncompared_pairs, found.stats.uncompared_pairs);
}

/// More candidate pairs than are handed to the host at once within a budget.
TEST_F(NearDuplicatesOnADevice, ManyPairsWithinABudget) {
    std::vector<std::string> texts;
    for (int doc = 0; doc < 100; ++doc) {
        texts.push_back("A hundred documents of which nearly everything is the same, but for a number: " +
                        std::to_string(doc * 37));
    }
    near_duplicate_options options;
    options.unit = shingle_unit::characters;
    options.threshold = 0.6;
    auto const corpus = make_corpus(texts);
    auto const found = expect_same(corpus, options, {device::cuda(), 1});
    EXPECT_EQ(found.distinct_pairs.size(), 4950);
    options.memory_budget = 4'300'000;
    auto const bounded = near_duplicates(corpus, options, {device::cuda(), 1});
    EXPECT_TRUE(equal(bounded.distinct_pairs, found.distinct_pairs));
}

TEST_F(NearDuplicatesOnADevice, MinimumBytesOfAnyDocuments) {
    auto const corpus = make_corpus(drawn_texts(120));
    near_duplicate_options const options;
    auto const plan = plan_candidates(options);
    auto const stages = cuda::make_duplicate_stages(corpus, options, plan, device::cuda());
    stages->read();
    buffer<std::uint8_t> all(static_cast<std::size_t>(corpus.size() * plan.num_minima));
    stages->copy_minimum_bytes(0, all);
    EXPECT_GT(std::set<std::uint8_t>(all.begin(), all.end()).size(), 200u);
    for (std::int64_t const first : {1, 7, 63, 119}) {
        buffer<std::uint8_t> some(static_cast<std::size_t>((corpus.size() - first) * plan.num_minima));
        stages->copy_minimum_bytes(first, some);
        EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin() + first * plan.num_minima));
    }
}

/// ASCII but for one letter, at every place of four bytes and around the edge of a chunk.
TEST_F(NearDuplicatesOnADevice, OneLetterBeyondAscii) {
    std::string ascii;
    for (int word = 0; ascii.size() < 2000; ++word) {
        ascii += "word" + std::to_string(word * word) + " ";
    }
    std::vector<std::string> texts;
    for (std::size_t const at : {0, 1, 2, 3, 31, 32, 955, 956, 957, 958, 959, 960, 961, 1919}) {
        texts.push_back(ascii.substr(0, at) + "\u00E9" + ascii.substr(at));
    }
    near_duplicate_options options;
    options.unit = shingle_unit::characters;
    options.n = 3;
    options.method = duplicate_method::exact;
    expect_same(make_corpus(texts), options, device::cuda());
}

/// Sets that do not all fit the device's memory together are made in several rounds.
TEST_F(NearDuplicatesOnADevice, LittleMemory) {
    auto const corpus = make_corpus(drawn_texts(300));
    auto const found = expect_same_in_little_memory(corpus, {});
    EXPECT_GT(found.batches, found.usual_batches);
}

TEST_F(NearDuplicatesOnADevice, ResidentTextIsNotCopied) {
    auto const corpus = make_corpus(drawn_texts(300));
    device_corpus const resident{corpus, device::cuda()};
    near_duplicate_options options;
    options.unit = shingle_unit::characters;
    device_stats stats;
    execution run{device::automatic()};
    run.stats = &stats;
    expect_same(resident, options, run);
    EXPECT_EQ(stats.resident_batches, 2); // sketches, and sets
    EXPECT_EQ(stats.uploaded_bytes, 0);
}

} // namespace
