#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/shared_passages.hpp>

#include "on_a_device.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace newsgpu;

/// Documents of which some repeat half of an earlier one, and some have nothing to shingle.
std::vector<std::string> repeating_texts(std::size_t count) {
    std::mt19937_64 random{17};
    std::vector<std::string> texts;
    for (std::size_t doc = 0; doc < count; ++doc) {
        std::string text = doc % 23 == 5 ? " \u3000." : "";
        if (doc > 3 && doc % 4 == 0) {
            auto const& other = texts[random() % doc];
            text += other.substr(0, other.size() / 2) + " ";
        }
        for (auto words = doc % 23 == 5 ? 0 : 5 + random() % 60; words > 0; --words) {
            text.append("w").append(std::to_string(random() % 300)).append(" ");
        }
        texts.push_back(doc % 17 == 16 ? texts[doc / 2] : text);
    }
    return texts;
}

std::string bytes_of(duplicate_index const& index) {
    auto const path =
        std::filesystem::temp_directory_path() / ("newsgpu-index-of-a-device-" + std::to_string(::getpid()));
    index.save(path);
    std::ifstream file{path, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    std::filesystem::remove(path);
    return bytes;
}

class IndexOnADevice : public parity::on_a_device {};

void expect_equal(duplicate_matches const& a, duplicate_matches const& b) {
    EXPECT_EQ(a.row, b.row);
    EXPECT_EQ(a.match, b.match);
    EXPECT_EQ(a.similarity, b.similarity);
    EXPECT_EQ(a.ids.bytes, b.ids.bytes);
}

/// The same file, whichever device has read the documents, and in whatever batches.
TEST_F(IndexOnADevice, TheFileIsTheSame) {
    auto const texts = make_corpus(repeating_texts(240));
    corpus_view const corpus{texts};
    for (auto const unit : {shingle_unit::words, shingle_unit::characters}) {
        for (auto const method : {duplicate_method::minhash, duplicate_method::exact}) {
            duplicate_index_options const options{
                .threshold = 0.4, .unit = unit, .method = method, .seed = 2};
            duplicate_index theirs{options}, ours{options};
            auto const first = corpus.subview(0, 150), second = corpus.subview(150, 90);
            auto const found = theirs.add(first, {}, {}, device::cpu());
            EXPECT_GT(found.size(), 10);
            cuda::limit_batches(2000);
            expect_equal(ours.add(first, {}, {}, device::cuda()), found);
            expect_equal(ours.query(second, {}, {}, device::cuda()),
                         theirs.query(second, {}, {}, device::cpu()));
            expect_equal(ours.add(second, {}, {}, device::cuda()), theirs.add(second, {}, {}, device::cpu()));
            cuda::limit_batches(0);
            EXPECT_EQ(bytes_of(ours), bytes_of(theirs));
        }
    }
}

TEST_F(IndexOnADevice, LittleMemory) {
    auto const corpus = make_corpus(repeating_texts(200));
    duplicate_index theirs{{.threshold = 0.5}}, ours{{.threshold = 0.5}};
    execution run{device::cuda()};
    device_stats stats;
    run.stats = &stats;
    run.device_memory = 128 << 10;
    cuda::limit_batches(4000);
    expect_equal(ours.add(corpus, {}, {}, run), theirs.add(corpus, {}, {}, device::cpu()));
    EXPECT_GT(stats.batches, 4);
}

/// An index that is merged is not read as text, so there is nothing to do for a device.
TEST_F(IndexOnADevice, MergingIsRefused) {
    auto const corpus = make_corpus(std::vector<std::string>{"one two three four"});
    duplicate_index one, other;
    other.add(corpus);
    EXPECT_THROW(one.merge(other, {}, device::cuda()), device_unavailable);
    EXPECT_EQ(one.size(), 0);
    one.merge(other);
    EXPECT_EQ(one.size(), 1);
}

class PassagesOnADevice : public parity::on_a_device {
protected:
    static std::int64_t expect_same(corpus_view corpus, std::int64_t min_tokens, execution const& run) {
        passage_options options;
        options.min_tokens = min_tokens;
        auto const a = shared_passages(corpus, options, {}, device::cpu());
        auto const b = shared_passages(corpus, options, {}, run);
        EXPECT_EQ(a.left, b.left);
        EXPECT_EQ(a.right, b.right);
        EXPECT_EQ(a.left_start, b.left_start);
        EXPECT_EQ(a.left_end, b.left_end);
        EXPECT_EQ(a.right_start, b.right_start);
        EXPECT_EQ(a.right_end, b.right_end);
        EXPECT_EQ(a.num_tokens, b.num_tokens);
        EXPECT_EQ(a.num_documents, b.num_documents);
        EXPECT_EQ(a.source_documents, b.source_documents);
        EXPECT_EQ(a.crowded_runs, b.crowded_runs);
        return a.size();
    }
};

/// Around powers of two, whose runs are joined in whole steps, and beyond every document.
TEST_F(PassagesOnADevice, AnyLength) {
    auto const texts = make_corpus(repeating_texts(120));
    corpus_view const corpus{texts};
    for (std::int64_t const n : {1, 2, 3, 4, 5, 7, 8, 9, 16, 31}) {
        EXPECT_GT(expect_same(corpus, n, device::cuda()), 5);
    }
    EXPECT_EQ(expect_same(corpus, 1000, device::cuda()), 0);
    EXPECT_EQ(expect_same(corpus, std::int64_t{1} << 62, device::cuda()), 0);
    EXPECT_EQ(expect_same(corpus.subview(0, 0), 2, device::cuda()), 0);
}

/// Several stretches of tokens, several ranges of hashes, and documents in pieces.
TEST_F(PassagesOnADevice, LittleMemory) {
    std::string one_line;
    for (auto const& text : repeating_texts(60)) {
        one_line += text + "\n";
    }
    auto texts = repeating_texts(150);
    texts.push_back(one_line);
    execution run{device::cuda()};
    run.device_memory = 96 << 10;
    cuda::limit_batches(3000);
    EXPECT_GT(expect_same(make_corpus(texts), 6, run), 20);
}

/// One token over and over: all runs have one hash, and only their places differ.
TEST_F(PassagesOnADevice, RunsThatAreAllAlike) {
    std::vector<std::string> texts;
    for (int doc = 0; doc < 6; ++doc) {
        std::string text;
        for (int word = 0; word < 500; ++word) {
            text += "same ";
        }
        texts.push_back(text);
    }
    // Crowded: of each other document the first place, with the first of all.
    EXPECT_EQ(expect_same(make_corpus(texts), 20, device::cuda()), 5);
}

} // namespace
