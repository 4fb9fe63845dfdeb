// Similar documents on a CUDA device: the CPU's answer, to the bit.
#include <newsgpu/device_corpus.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/similar.hpp>

#include "on_a_device.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;

analyzer const words{.tokens = {.kind = token_kind::whitespace}};

/// Few words are frequent, most are rare; some documents are empty, some repeat others.
string_column drawn_documents(std::size_t count) {
    std::mt19937 random{31};
    std::vector<std::string> texts;
    for (std::size_t doc = 0; doc < count; ++doc) {
        std::string text;
        for (auto left = random() % 40; left > 0; --left) {
            text.append("w").append(std::to_string(900 / (1 + random() % 900))).append(" ");
        }
        texts.push_back(doc % 6 == 5 ? texts[random() % texts.size()] : text);
    }
    return make_corpus(texts);
}

class SimilarOnADevice : public parity::on_a_device {
protected:
    static similar_documents expect_same(corpus_view corpus, std::int64_t top, double threshold,
                                         execution const& run) {
        auto a = similar(corpus, top, threshold, words, device::cpu());
        auto const b = similar(corpus, top, threshold, words, run);
        EXPECT_EQ(a.left, b.left);
        EXPECT_EQ(a.right, b.right);
        EXPECT_EQ(a.similarities, b.similarities);
        return a;
    }
};

TEST_F(SimilarOnADevice, NoDocumentsAndNoWords) {
    for (auto const& texts : {std::vector<std::string>{}, {""}, {"", " ", ""}, {"alone"}, {"a", "b", ""}}) {
        EXPECT_TRUE(expect_same(make_corpus(texts), 3, 0, device::cuda()).left.empty());
    }
}

TEST_F(SimilarOnADevice, ByHand) {
    auto const corpus =
        make_corpus(std::vector<std::string>{"old bridge", "new bridge", "harbour", "bridge", ""});
    auto const found = similar(corpus, 10, 0, words, device::cuda());
    EXPECT_EQ(found.left, (buffer<std::int64_t>{0, 0, 1, 1, 3, 3}));
    EXPECT_EQ(found.right, (buffer<std::int64_t>{3, 1, 3, 0, 0, 1}));
}

TEST_F(SimilarOnADevice, OptionsGiveTheSame) {
    struct options {
        std::int64_t top;
        double threshold;
    };
    for (std::size_t const count : {40, 500}) {
        auto const corpus = drawn_documents(count);
        for (auto const [top, threshold] : {options{1, 0.0}, {20, 0.3}, {499, 0.0}, {20, 1.0}, {5000, 0.3}}) {
            auto const found = expect_same(corpus, top, threshold, device::cuda());
            EXPECT_FALSE(found.left.empty());
        }
    }
}

/// Neighbours that are equally near: the first ones.
TEST_F(SimilarOnADevice, EqualDocuments) {
    auto const corpus = make_corpus(std::vector<std::string>(400, "one and the same"));
    auto const found = expect_same(corpus, 4, 0, device::cuda());
    EXPECT_EQ(found.similarities, buffer<double>(1600, 1.0));
    EXPECT_EQ((buffer<std::int64_t>{found.right.begin(), found.right.begin() + 4}),
              (buffer<std::int64_t>{1, 2, 3, 4}));
}

/// Neither the rows nor those that they are compared with fit at once.
TEST_F(SimilarOnADevice, LittleMemory) {
    execution run{device::cuda()};
    run.device_memory = 1; // rows by themselves
    expect_same(drawn_documents(40), 3, 0, run);
    for (auto const memory : {64 << 10, 256 << 10}) {
        run.device_memory = memory;
        expect_same(drawn_documents(300), 3, 0, run);
    }
}

TEST_F(SimilarOnADevice, ResidentTextIsNotCopied) {
    auto const corpus = drawn_documents(100);
    device_corpus const resident{corpus, device::cuda()};
    device_stats stats;
    execution run{device::automatic()};
    run.stats = &stats;
    expect_same(resident, 3, 0, run);
    EXPECT_EQ(stats.resident_batches, 1);
    EXPECT_EQ(stats.uploaded_bytes, 0);
}

} // namespace
