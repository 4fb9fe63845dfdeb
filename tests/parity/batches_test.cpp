// How calls are spread over batches, streams and devices, on the emulated machine.
#include <newsgpu/device_corpus.hpp>
#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/shared_passages.hpp>
#include <newsgpu/similar.hpp>
#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "cuda/batches.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/sure_place.cuh"
#include "emulation/settings.hpp"
#include "emulation/streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace {

using namespace newsgpu;

tokenizer const characters{.kind = token_kind::characters};
tokenizer const whitespace{.kind = token_kind::whitespace};

bool equal(tokens const& a, tokens const& b) {
    return a.offsets == b.offsets && a.starts == b.starts && a.ends == b.ends && a.status == b.status;
}

std::string text_of_words(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) {
        text += "bridge \u65B0\u95FB " + std::to_string(i * i) + "\n";
    }
    return text;
}

class Batches : public testing::Test {
protected:
    void SetUp() override {
        settings_ = emulation::current_settings();
        emulation::current_settings().devices = 2;
        // Tables are made once and stay.
        for (int const index : {0, 1}) {
            for (auto const& how : {characters, whitespace}) {
                count_tokens(make_corpus(std::vector<std::string>{"x"}), how, device::cuda(index));
            }
            kept_[index] = emulation::used_bytes(index);
        }
    }
    void TearDown() override {
        emulation::current_settings() = settings_;
        cuda::limit_batches(0);
        EXPECT_EQ(emulation::used_bytes(0), kept_[0]) << "device memory is left behind";
        EXPECT_EQ(emulation::used_bytes(1), kept_[1]);
    }

    /// What a device has from now on, beside its tables.
    void give_memory(std::size_t bytes) const {
        emulation::current_settings().memory_bytes = kept_[0] + bytes;
    }

    execution on(device where) {
        execution run{where};
        run.stats = &stats;
        return run;
    }

    /// Calls `compare(execution)` with memory from `first` to `last`, each time 1 / `share` more: too little
    /// is refused, with some more there are retries, and in the end none.
    template <class Compare>
    void with_more_and_more_memory(std::size_t first, std::size_t last, std::size_t share, Compare compare) {
        std::int64_t refused = 0, retried = 0;
        for (auto memory = first; memory < last; memory += memory / share) {
            SCOPED_TRACE(memory);
            give_memory(memory);
            stats = {};
            try {
                compare(on(device::cuda()));
                retried += stats.retries;
            } catch (cuda_error const&) {
                ++refused;
            }
        }
        EXPECT_EQ(stats.retries, 0);
        EXPECT_GT(refused, 0);
        EXPECT_GT(retried, 0);
    }

    device_stats stats;

private:
    emulation::settings settings_;
    std::size_t kept_[2] = {};
};

TEST_F(Batches, CorpusIsReadWhereItLies) {
    auto const column =
        make_corpus(std::vector<std::string>{"a b", text_of_words(5000), "", text_of_words(3000), "c"});
    cuda::limit_batches(4000);
    device_corpus const resident{column, device::cuda(1)};
    EXPECT_EQ(resident.where(), device::cuda(1));
    for (auto const& how : {characters, whitespace}) {
        auto const expected = tokenize(column, how, device::cpu());
        EXPECT_TRUE(equal(tokenize(resident, how, on(device::cuda(1))), expected));
        EXPECT_TRUE(equal(tokenize(resident, how, on(device::automatic())), expected));
    }
    EXPECT_EQ(stats.uploaded_bytes, 0);
    EXPECT_EQ(stats.resident_batches, stats.batches);
    EXPECT_GE(stats.batches, 8);
}

TEST_F(Batches, PartOfAResidentCorpusIsReadFromWholePieces) {
    std::vector<std::string> const texts(50, text_of_words(900));
    auto const column = make_corpus(texts);
    cuda::limit_batches(5000);
    device_corpus const resident{column, device::cuda()};
    auto const part = resident.view().subview(2, 40);
    auto const expected = tokenize(corpus_view{column}.subview(2, 40), whitespace, device::cpu());
    EXPECT_TRUE(equal(tokenize(part, whitespace, on(device::cuda())), expected));
    EXPECT_EQ(stats.resident_batches, stats.batches);
    EXPECT_GE(stats.batches, 8);
    EXPECT_GT(stats.uploaded_bytes, 0); // offsets of the two ends
    EXPECT_LT(stats.uploaded_bytes, 100);
}

TEST_F(Batches, OtherDevicesTakeTheTextOfTheHost) {
    auto const column = make_corpus(std::vector<std::string>{"a b", "c"});
    device_corpus const resident{column, device::cuda(1)};
    EXPECT_EQ(count_tokens(resident, whitespace, on(device::cuda(0))), (buffer<std::int64_t>{2, 1}));
    EXPECT_EQ(stats.uploaded_bytes, 4 + 3 * 8);
    EXPECT_EQ(count_tokens(resident, whitespace, on(device::cpu())), (buffer<std::int64_t>{2, 1}));
    EXPECT_EQ(stats.batches, 1);
}

TEST_F(Batches, DeviceOfACorpusMustBeNamed) {
    EXPECT_THROW((device_corpus{{}, device::automatic()}), invalid_input);
    EXPECT_THROW((device_corpus{{}, device::cuda(7)}), device_unavailable);
    device_corpus const at_home{{}, device::cpu()};
    EXPECT_EQ(at_home.view().resident(), nullptr);
}

TEST_F(Batches, DocumentLargerThanABatchIsCut) {
    auto const column = make_corpus(std::vector<std::string>{"a", text_of_words(100'000), "b c"});
    cuda::limit_batches(3000);
    for (auto const& how : {characters, whitespace}) {
        stats = {};
        EXPECT_TRUE(equal(tokenize(column, how, on(device::cuda())), tokenize(column, how, device::cpu())));
        EXPECT_EQ(count_tokens(column, how, on(device::cuda())), count_tokens(column, how, device::cpu()));
        EXPECT_EQ(stats.cut_documents, 2);
        EXPECT_GE(stats.batches, 60);
    }
}

TEST_F(Batches, DocumentWithoutAPlaceToCutIsTakenWhole) {
    auto const column = make_corpus(std::vector<std::string>{std::string(50'000, 'x') + " y", "z"});
    cuda::limit_batches(3000);
    EXPECT_EQ(count_tokens(column, whitespace, on(device::cuda())), (buffer<std::int64_t>{2, 1}));
    EXPECT_EQ(stats.cut_documents, 1);
    EXPECT_EQ(stats.batches, 3);
}

TEST_F(Batches, LessIsTriedWhereMemoryRunsOut) {
    std::vector<std::string> texts(40, text_of_words(5000));
    texts.push_back(text_of_words(150'000));
    auto const column = make_corpus(texts);
    auto const expected = tokenize(column, characters, device::cpu());
    cuda::limit_batches(150'000);
    for (std::size_t const memory : {8'000'000, 700'000, 300'000, 150'000}) {
        SCOPED_TRACE(memory);
        give_memory(memory);
        stats = {};
        EXPECT_TRUE(equal(tokenize(column, characters, on(device::cuda())), expected));
        EXPECT_EQ(stats.retries > 0, memory < 8'000'000);
    }
}

TEST_F(Batches, ResidentCorpusIsParted) {
    auto const column = make_corpus(std::vector<std::string>(10, text_of_words(20'000)));
    auto const expected = tokenize(column, characters, device::cpu());
    give_memory(1'000'000);
    device_corpus const resident{column, device::cuda()};
    EXPECT_TRUE(equal(tokenize(resident, characters, on(device::cuda())), expected));
    EXPECT_GT(stats.retries, 0);
    EXPECT_GT(stats.batches, 4);
    EXPECT_LT(stats.uploaded_bytes, 1000); // offsets
}

/// Wherever a batch is when memory runs out, what it has counted is taken back.
TEST_F(Batches, CountedOnceThoughMemoryRunsOut) {
    std::vector<std::string> texts;
    for (int i = 0; i < 60; ++i) {
        texts.push_back(text_of_words(static_cast<std::size_t>(i % 7 + 1) * 40) + std::to_string(i * 31) +
                        " bridge");
    }
    auto const column = make_corpus(texts);
    cuda::limit_batches(4000);
    auto const compare = [&](analyzer const& how, std::size_t last, std::size_t share) {
        auto const expected = count_ngrams(column, how, {}, device::cpu());
        with_more_and_more_memory(100'000, last, share, [&](execution const& run) {
            auto const found = count_ngrams(column, how, {}, run);
            EXPECT_EQ(found.terms.bytes, expected.terms.bytes);
            EXPECT_EQ(found.counts, expected.counts);
            EXPECT_EQ(found.document_counts, expected.document_counts);
        });
    };
    compare({.max_n = 2, .tokens = whitespace}, 3'000'000, 8);
    // Padded words that are shorter are terms, too.
    compare({.unit = ngram_unit::characters_in_words, .min_n = 6, .max_n = 6}, 12'000'000, 4);
}

/// What has been found before memory runs out stays; the rest is looked for in smaller blocks.
TEST_F(Batches, SimilarThoughMemoryRunsOut) {
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) {
        texts.push_back("w" + std::to_string(i % 13) + " w" + std::to_string(i % 17) + " w" +
                        std::to_string(i % 7 + 20) + " alone" + std::to_string(i));
    }
    auto const column = make_corpus(texts);
    auto const expected = similar(column, 150, 0, {.tokens = whitespace}, device::cpu());
    with_more_and_more_memory(60'000, 4'000'000, 4, [&](execution run) {
        run.device_memory = 8'000'000; // more than there is
        auto const found = similar(column, 150, 0, {.tokens = whitespace}, run);
        EXPECT_EQ(found.left, expected.left);
        EXPECT_EQ(found.right, expected.right);
        EXPECT_EQ(found.similarities, expected.similarities);
    });
}

/// Many short documents, some of which repeat others.
std::vector<std::string> repeating_texts() {
    std::vector<std::string> texts;
    for (int doc = 0; doc < 120; ++doc) {
        std::string text;
        for (int word = 0; word < 40; ++word) {
            bool const repeats = doc % 5 == 4 && word < 30;
            text += std::to_string((repeats ? doc - 1 : doc) * 100 + word) + " ";
        }
        texts.push_back(text);
    }
    return texts;
}

TEST_F(Batches, IndexThoughMemoryRunsOut) {
    auto const column = make_corpus(repeating_texts());
    duplicate_index_options const options{.threshold = 0.3, .unit = shingle_unit::characters};
    auto const expected = duplicate_index{options}.query(column, {}, {}, device::cpu());
    EXPECT_GT(expected.size(), 20);
    with_more_and_more_memory(60'000, 8'000'000, 4, [&](execution run) {
        auto const found = duplicate_index{options}.query(column, {}, {}, run);
        EXPECT_EQ(found.row, expected.row);
        EXPECT_EQ(found.match, expected.match);
        EXPECT_EQ(found.similarity, expected.similarity);
    });
}

TEST_F(Batches, PassagesThoughMemoryRunsOut) {
    auto const column = make_corpus(repeating_texts());
    auto const expected = shared_passages(column, {.min_tokens = 3}, whitespace, device::cpu());
    EXPECT_GT(expected.size(), 20);
    with_more_and_more_memory(60'000, 8'000'000, 6, [&](execution run) {
        run.device_memory = 16'000'000; // more than there is
        auto const found = shared_passages(column, {.min_tokens = 3}, whitespace, run);
        EXPECT_EQ(found.left, expected.left);
        EXPECT_EQ(found.left_start, expected.left_start);
        EXPECT_EQ(found.right_end, expected.right_end);
        EXPECT_EQ(found.num_tokens, expected.num_tokens);
    });
}

TEST_F(Batches, DocumentThatDoesNotFitIsNamed) {
    auto const column = make_corpus(std::vector<std::string>{"a", std::string(300'000, 'x')});
    give_memory(200'000);
    try {
        tokenize(column, whitespace, device::cuda());
        FAIL() << "nothing was thrown";
    } catch (cuda_error const& error) {
        EXPECT_NE(std::string{error.what()}.find("document 1 has 300000 bytes"), std::string::npos)
            << error.what();
    }
}

TEST_F(Batches, CorpusThatDoesNotFitIsRefused) {
    auto const column = make_corpus(std::vector<std::string>(10, text_of_words(50'000)));
    cuda::limit_batches(60'000);
    give_memory(300'000);
    EXPECT_THROW((device_corpus{column, device::cuda()}), cuda_error);
}

TEST_F(Batches, BudgetBoundsWhatACallTakes) {
    auto const column = make_corpus(std::vector<std::string>(100, text_of_words(20'000)));
    auto run = on(device::cuda());
    tokenize(column, whitespace, run);
    EXPECT_EQ(stats.batches, 1);
    stats = {};
    run.device_memory = 4'000'000;
    give_memory(4'000'000);
    EXPECT_TRUE(equal(tokenize(column, whitespace, run), tokenize(column, whitespace, device::cpu())));
    EXPECT_GE(stats.batches, 18);
    EXPECT_EQ(stats.retries, 0);
}

TEST_F(Batches, EmptyDocumentsMakeBatchesToo) {
    string_column column;
    column.offsets.resize(10'001, 0);
    cuda::limit_batches(16'000);
    EXPECT_EQ(count_tokens(column, characters, on(device::cuda())), buffer<std::int64_t>(10'000, 0));
    EXPECT_EQ(stats.batches, 10);
}

TEST_F(Batches, MissingDocumentIsNotRead) {
    auto const text = text_of_words(50'000);
    string_column column;
    column.push_back(text);
    column.push_back("a b");
    std::uint8_t const present = 0b10;
    cuda::limit_batches(1000);
    corpus_view const corpus{column.bytes, column.offsets, &present};
    EXPECT_EQ(count_tokens(corpus, whitespace, on(device::cuda())), (buffer<std::int64_t>{0, 2}));
    EXPECT_EQ(stats.batches, 2);
    EXPECT_EQ(stats.cut_documents, 0);
}

TEST_F(Batches, CallThatIsStoppedGivesEverythingBack) {
    struct stop_at : monitor {
        int left = 5;
        void poll(char const*, double fraction) override {
            EXPECT_LT(fraction, 1);
            if (left-- == 0) {
                throw std::runtime_error{"stopped"};
            }
        }
    } watch;
    auto const column = make_corpus(std::vector<std::string>(30, text_of_words(2000)));
    cuda::limit_batches(3000);
    EXPECT_THROW(tokenize(column, whitespace, {device::cuda(), 0, &watch}), std::runtime_error);
    watch.left = 2;
    EXPECT_THROW((device_corpus{column, {device::cuda(), 0, &watch}}), std::runtime_error);
}

TEST_F(Batches, ComparingIsStopped) {
    struct : monitor {
        void poll(char const* stage, double fraction) override {
            EXPECT_LT(fraction, 1);
            if (std::string_view{stage} == "comparing") {
                throw std::runtime_error{"stopped"};
            }
        }
    } watch;
    auto const column = make_corpus(std::vector<std::string>(30, text_of_words(2000)));
    EXPECT_THROW(similar(column, 1, 0, {.tokens = whitespace}, {device::cuda(), 0, &watch}),
                 std::runtime_error);
}

TEST_F(Batches, FormsThatInteractAreCounted) {
    auto const normalized = [&](std::string const& text) {
        stats = {};
        auto const made =
            normalize(make_corpus(std::vector<std::string>{text}), normalization::nfc, on(device::cuda()));
        return std::string{made[0]};
    };
    // Composes; in canonical order and composed with nothing; out of order.
    EXPECT_EQ(normalized("caf e\u0301"), "caf \u00E9");
    EXPECT_EQ(stats.interacting_runs, 1);
    EXPECT_EQ(normalized("\u0915\u094D\u0937"), "\u0915\u094D\u0937");
    EXPECT_EQ(normalized("\u4E2D\u6587 English caf\u00E9"), "\u4E2D\u6587 English caf\u00E9");
    EXPECT_EQ(stats.interacting_runs, 0);
    EXPECT_EQ(normalized("\u0E01\u0E48\u0E38"), "\u0E01\u0E38\u0E48");
    EXPECT_EQ(stats.interacting_runs, 1);
}

TEST_F(Batches, FormOfADocumentLargerThanABatch) {
    auto const column =
        make_corpus(std::vector<std::string>{"A", text_of_words(50'000) + "\u0391\u03A3\nE\u0301", "B"});
    cuda::limit_batches(3000);
    for (auto const form : {normalization::lower, normalization::nfkc_casefold}) {
        auto const made = normalize(column, form, on(device::cuda()));
        auto const expected = normalize(column, form, device::cpu());
        EXPECT_EQ(made.bytes, expected.bytes);
        EXPECT_EQ(made.offsets, expected.offsets);
    }
    EXPECT_EQ(stats.cut_documents, 2);
}

/// Copies sevens of its own to the device. The first one then finds no memory; its own is used again.
class copying_job final : public cuda::batch_job {
public:
    copying_job(bool fails, view<int> to, cuda::stream const& on)
        : fails_{fails}, sevens_(static_cast<std::size_t>(to.size()), 7) {
        cuda::copy_to_device<int>({sevens_.data(), to.size()}, to, on);
    }
    ~copying_job() override { std::fill(sevens_.begin(), sevens_.end(), 0); }
    void finish(cuda::stream const& on, cuda::staging&, device_stats&) override {
        if (fails_) {
            throw cuda::out_of_device_memory{"none is left"};
        }
        on.synchronize();
    }

private:
    bool fails_;
    std::vector<int> sevens_;
};

TEST_F(Batches, GivenUpWorkIsWaitedFor) {
    cuda::device_guard const guard{0};
    cuda::stream const here{0};
    cuda::device_buffer<int> first{1000, here}, second{1000, here};
    here.synchronize(); // batches write to them in other streams
    int num_made = 0;
    auto const start = [&](cuda::batch const&, cuda::stream const& stream, cuda::staging&) {
        bool const fails = num_made++ == 0;
        return std::make_unique<copying_job>(fails, (fails ? first : second).view(), stream);
    };
    cuda::for_each_batch({"copying", cuda::cut_rule::nowhere, 1, start},
                         make_corpus(std::vector<std::string>{"text"}), on(device::cuda()));
    EXPECT_EQ(num_made, 2);
    EXPECT_EQ(stats.retries, 1);
    auto const found = cuda::to_host(first.const_view(), here);
    EXPECT_EQ(std::count(found.begin(), found.end(), 7), 1000);
}

TEST(SurePlace, CutsWhereNothingIsParted) {
    using cuda::cut_rule;
    using cuda::first_part;
    EXPECT_EQ(first_part(cut_rule::code_points, "ab\u4E2D\u4E2D", 5), 5);
    EXPECT_EQ(first_part(cut_rule::code_points, "ab\u4E2D\u4E2D", 7), 5);
    EXPECT_EQ(first_part(cut_rule::code_points, "\x80\x80\x80\x80", 2), 4);
    EXPECT_EQ(first_part(cut_rule::spaces, "one two three", 8), 7);
    EXPECT_EQ(first_part(cut_rule::spaces, "one two three", 7), 7);
    EXPECT_EQ(first_part(cut_rule::spaces, "longest word", 3), 7);
    EXPECT_EQ(first_part(cut_rule::spaces, " x", 1), 2);
    EXPECT_EQ(first_part(cut_rule::lines, "one\ntwo\nthree", 8), 8);
    EXPECT_EQ(first_part(cut_rule::lines, "one\ntwo\nthree", 7), 4);
    EXPECT_EQ(first_part(cut_rule::lines, "one\n", 9), 4);
}

} // namespace
