#include "cpu/jaccard.hpp"

#include "cpu/parallel.hpp"
#include "oracle/near_duplicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

/// Documents of about `length` words, each of which shares some with the others.
std::vector<std::string> random_texts(std::mt19937_64& random, std::size_t documents, std::size_t length) {
    std::vector<std::string> texts;
    for (std::size_t d = 0; d < documents; ++d) {
        std::string text;
        for (auto words = 1 + random() % (2 * length); words > 0; --words) {
            text.append("w").append(std::to_string(random() % length)).append(" ");
        }
        texts.push_back(text);
    }
    return texts;
}

/// Of all pairs of documents at most `reach` apart those that reach the threshold.
std::vector<oracle::pair> verify(corpus_view corpus, near_duplicate_options const& options,
                                 std::int64_t set_bytes, int num_threads, std::int64_t reach) {
    execution const run{device::cpu(), num_threads};
    cpu::shingle_options const how{options.unit, options.n, options.seed};
    buffer<std::uint32_t> most_shingles;
    cpu::shingler shingler{how};
    cpu::for_each_piece("reading", 1, run, [&](std::int64_t, cpu::worker& self) {
        for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
            auto const summary = shingler.read(corpus[doc], self, [](view<std::uint64_t const>) {});
            most_shingles.push_back(static_cast<std::uint32_t>(summary.num_shingles));
        }
    });
    buffer<cpu::packed_pair> pairs;
    for (std::int64_t left = 0; left < corpus.size(); ++left) {
        for (auto right = left + 1; right < std::min(corpus.size(), left + 1 + reach); ++right) {
            pairs.push_back(cpu::pack(static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right)));
        }
    }
    auto const similarities = cpu::verify_pairs(corpus, how, pairs, {options.similarity, options.threshold},
                                                run, set_bytes, most_shingles);
    std::vector<oracle::pair> found;
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        if (similarities[p] > 0) {
            found.emplace_back(cpu::left_of(pairs[p]), cpu::right_of(pairs[p]), similarities[p]);
        }
    }
    return found;
}

class VerifyPairs : public testing::TestWithParam<set_similarity> {};

// Sets of bytes so few that every document is too large for a table, that some are, that one table holds a
// few documents, and that it holds them all.
TEST_P(VerifyPairs, GivesWhatBruteForceGives) {
    std::mt19937_64 random{1};
    for (int trial = 0; trial < 6; ++trial) {
        auto const texts = random_texts(random, 2 + random() % 90, std::size_t{2} << random() % 7);
        auto const corpus = make_corpus(texts);
        for (std::int64_t const reach : {std::int64_t{1}, std::int64_t{5}, std::ssize(texts)}) {
            near_duplicate_options options;
            options.n = 1;
            options.similarity = GetParam();
            options.threshold = 0.4;
            auto expected = oracle::near_duplicates(corpus, options);
            std::erase_if(expected, [&](oracle::pair const& pair) {
                return std::get<1>(pair) - std::get<0>(pair) > reach;
            });
            for (std::int64_t const set_bytes : {100, 20'000, 60'000, 1 << 26}) {
                for (int const num_threads : {1, 3}) {
                    ASSERT_EQ(verify(corpus, options, set_bytes, num_threads, reach), expected)
                        << "trial " << trial << ", reach " << reach << ", " << set_bytes << " bytes";
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EverySimilarity, VerifyPairs,
                         testing::Values(set_similarity::jaccard, set_similarity::containment));

} // namespace
