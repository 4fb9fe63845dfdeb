#include "cpu/repeated_runs.hpp"

#include <newsgpu/error.hpp>
#include <newsgpu/shared_passages.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

std::set<std::vector<std::int64_t>> as_set(cpu::repeated_runs const& runs) {
    std::set<std::vector<std::int64_t>> places;
    for (std::int64_t r = 0; r < runs.size(); ++r) {
        places.emplace(runs[r].begin(), runs[r].end());
    }
    EXPECT_EQ(std::ssize(places), runs.size());
    return places;
}

std::set<std::vector<std::int64_t>> by_map(cpu::token_sequences const& sequences, std::int64_t n) {
    std::map<std::vector<std::uint32_t>, std::vector<std::int64_t>> places;
    for (std::int64_t doc = 0; doc < sequences.num_documents(); ++doc) {
        auto const end = sequences.offsets[static_cast<std::size_t>(doc) + 1];
        for (auto at = sequences.offsets[static_cast<std::size_t>(doc)]; at + n <= end; ++at) {
            auto const* first = sequences.tokens.data() + at;
            places[{first, first + n}].push_back(at);
        }
    }
    std::set<std::vector<std::int64_t>> shared;
    for (auto const& [run, at] : places) {
        if (sequences.document_of(at.front()) != sequences.document_of(at.back())) {
            shared.insert(at);
        }
    }
    return shared;
}

/// Whatever the hashes: with few bits nearly all runs collide, and with none all of them.
TEST(RepeatedRuns, TokensDecideNotHashes) {
    std::mt19937_64 random{1};
    for (int round = 0; round < 60; ++round) {
        cpu::token_sequences sequences;
        sequences.offsets.push_back(0);
        for (auto documents = 1 + random() % 8; documents > 0; --documents) {
            for (auto length = random() % 40; length > 0; --length) {
                sequences.tokens.push_back(static_cast<std::uint32_t>(random() % 3));
            }
            sequences.offsets.push_back(sequences.size());
        }
        for (std::int64_t const n : {1, 2, 5, 41}) {
            auto const expected = by_map(sequences, n);
            for (auto const mask : {~std::uint64_t{0}, std::uint64_t{7} << 61, std::uint64_t{0}}) {
                EXPECT_EQ(as_set(cpu::find_repeated_runs(sequences, n, {}, mask)), expected);
            }
        }
    }
}

TEST(SharedPassages, OffsetsAreBytesOfTheDocument) {
    auto const corpus =
        make_corpus(std::vector<std::string>{"Said: the ferry left.", "", "THE FERRY LEFT late"});
    auto const found = shared_passages(corpus, {.min_tokens = 3});
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found.left[0], 0);
    EXPECT_EQ(found.right[0], 2);
    EXPECT_EQ(found.left_start[0], 6);
    EXPECT_EQ(found.left_end[0], 20);
    EXPECT_EQ(found.right_start[0], 0);
    EXPECT_EQ(found.right_end[0], 14);
    EXPECT_EQ(found.num_tokens[0], 3);
    EXPECT_EQ(found.num_documents[0], 2);
    EXPECT_EQ(found.source_documents[0], 2);
}

TEST(SharedPassages, CountsDocumentsOfOneSource) {
    auto const corpus = make_corpus(std::vector<std::string>{"a b c", "a b c", "a b c", "x"});
    std::vector<std::int32_t> const sources{4, 9, 4, 4};
    auto const found = shared_passages(corpus, {.min_tokens = 3, .sources = sources});
    ASSERT_EQ(found.size(), 3);
    EXPECT_EQ(found.num_documents[0], 3);
    EXPECT_EQ(found.source_documents[0], 2);
}

TEST(SharedPassages, RefusesBadArguments) {
    auto const corpus = make_corpus(std::vector<std::string>{"a", "b"});
    std::vector<std::int32_t> const sources{1};
    EXPECT_THROW(shared_passages(corpus, {.min_tokens = 0}), invalid_input);
    EXPECT_THROW(shared_passages(corpus, {.min_tokens = 1, .sources = sources}), invalid_input);
}

} // namespace
