#include "cpu/token_reader.hpp"

#include "cpu/normalizer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace {

using namespace newsgpu;
using cpu::token_batch;

TEST(TokenReader, BatchesHoldTheTokensInOrder) {
    std::string document;
    std::vector<std::string> expected;
    for (int i = 0; i < 20'000; ++i) {
        expected.push_back("word" + std::to_string(i));
        document += "WORD" + std::to_string(i) + " ";
    }
    expected.push_back(std::string(2 * token_batch::target_bytes, 'x'));
    document += expected.back();

    std::vector<std::string> found;
    std::int64_t batches = 0;
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{{}};
        reader.read_batches(document, self, [&](token_batch const& batch) {
            ++batches;
            for (std::int64_t i = 0; i < batch.size(); ++i) {
                found.emplace_back(batch[i]);
            }
        });
        reader.read_batches("", self,
                            [&](token_batch const&) { ADD_FAILURE() << "an empty document has no batch"; });
    });
    EXPECT_EQ(found, expected);
    EXPECT_GT(batches, 3);
}

/// What a batch holds of a token is its normalized source, whatever the characters around it.
class TokenReaderLevels : public testing::TestWithParam<std::tuple<cpu::simd_level, token_kind>> {
protected:
    void SetUp() override {
        if (std::get<0>(GetParam()) > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor lacks the instruction set";
        }
        cpu::override_simd_level(std::get<0>(GetParam()));
    }
    void TearDown() override { cpu::override_simd_level(std::nullopt); }
};

TEST_P(TokenReaderLevels, TokensAreTheirNormalizedSource) {
    std::vector<std::string> const pieces{
        "a",        "Z",      " ",       ", ",     "\u4E2D",      "\u4E2D\u56FD", "\uFF0C",     "\uFF21",
        "\u00C9",   "\u00E9", "e\u0301", "\u03A3", "\U00020000",  "\u3042",       "\u1E9E",     "\xE4",
        "\xE4\xB8", "\xB8",   "\xFF",    "\xC3",   "stra\u00DFe", "\u2460",       "word word ", "\u00AD"};
    auto const kind = std::get<1>(GetParam());
    cpu::normalizer const normalizer{normalization::nfkc_casefold};
    std::mt19937_64 random{3};
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{{.kind = kind}};
        for (int trial = 0; trial < 2'000; ++trial) {
            std::string document;
            auto const kinds = 1 + random() % 5;
            std::vector<std::string> drawn;
            for (std::size_t k = 0; k < kinds; ++k) {
                drawn.push_back(pieces[random() % pieces.size()]);
            }
            for (auto length = random() % 150; length > 0; --length) {
                document += drawn[random() % drawn.size()];
            }
            std::vector<std::string> expected;
            std::string scratch;
            for (auto const& span : reader.read(document, self)) {
                auto const source = document.substr(static_cast<std::size_t>(span.start),
                                                    static_cast<std::size_t>(span.end - span.start));
                expected.emplace_back(normalizer.apply(source, scratch));
            }
            std::vector<std::string> found;
            reader.read_batches(document, self, [&](token_batch const& batch) {
                for (std::int64_t i = 0; i < batch.size(); ++i) {
                    found.emplace_back(batch[i]);
                }
            });
            ASSERT_EQ(found, expected) << "trial " << trial;
        }
    });
}

/// ASCII text is read in one pass over blocks of 64 characters, whose rules look at the blocks before and
/// behind.
TEST_P(TokenReaderLevels, AsciiTokensAreThoseOfTheCutter) {
    std::vector<std::string> const pieces{"a", "Z", "7",  "_",  ".",  ",",  "'",  ":",          ";",
                                          " ", "@", "\"", "\r", "\n", "\t", "ab", "U.S.-based", "3,000.5"};
    auto const kind = std::get<1>(GetParam());
    std::mt19937_64 random{5};
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{{.kind = kind, .form = normalization::none}};
        for (int trial = 0; trial < 3'000; ++trial) {
            std::vector<std::string> drawn(1 + random() % 5);
            for (auto& piece : drawn) {
                piece = pieces[random() % pieces.size()];
            }
            std::string document;
            // Now and then more than a batch, which may be parted only where no token is.
            auto const length = trial % 100 == 0 ? 2 * token_batch::target_bytes : random() % 300;
            while (document.size() < length) {
                document += drawn[random() % drawn.size()];
            }
            std::vector<std::string> expected;
            for (auto const& span : reader.read(document, self)) {
                expected.push_back(document.substr(static_cast<std::size_t>(span.start),
                                                   static_cast<std::size_t>(span.end - span.start)));
            }
            std::vector<std::string> found;
            reader.read_batches(document, self, [&](token_batch const& batch) {
                for (std::int64_t i = 0; i < batch.size(); ++i) {
                    found.emplace_back(batch[i]);
                }
            });
            ASSERT_EQ(found, expected) << "trial " << trial << ": " << document.substr(0, 400);
        }
    });
}

/// Registers take the edges of tokens some at a time: none to all 64 characters of a block are edges.
TEST_P(TokenReaderLevels, AnyNumberOfEdgesInABlock) {
    auto const kind = std::get<1>(GetParam());
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{{.kind = kind, .form = normalization::none}};
        for (std::string const crossing : {"", "crosses "}) {
            std::size_t const block_size = crossing.empty() ? 64 : 63;
            for (std::size_t num_words = 0; num_words <= block_size / 2; ++num_words) {
                std::string block;
                std::vector<std::string> expected;
                for (std::size_t i = 0; i < num_words; ++i) {
                    expected.push_back({static_cast<char>('a' + i % 26)});
                    block += expected.back() + ' ';
                }
                block.resize(block_size, ' ');
                if (!crossing.empty()) {
                    expected.push_back("crosses");
                }
                std::vector<std::string> found;
                reader.read_batches(block + crossing, self, [&](token_batch const& batch) {
                    for (std::int64_t i = 0; i < batch.size(); ++i) {
                        if (batch[i].front() != ' ') { // some kinds keep what is between words
                            found.emplace_back(batch[i]);
                        }
                    }
                });
                ASSERT_EQ(found, expected) << num_words << " words and '" << crossing << "'";
            }
        }
    });
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, TokenReaderLevels,
                         testing::Combine(testing::Values(cpu::simd_level::baseline, cpu::simd_level::avx2,
                                                          cpu::simd_level::avx512),
                                          testing::Values(token_kind::words, token_kind::segments)));

/// The tokens of each document.
std::vector<std::vector<std::string>> read_all(tokenizer const& how,
                                               std::vector<std::string> const& documents) {
    std::vector<std::vector<std::string>> found(1);
    auto const corpus = make_corpus(documents);
    cpu::for_each_piece("reading", 1, {device::cpu(), 1}, [&](std::int64_t, cpu::worker& self) {
        cpu::token_reader reader{how};
        reader.read_batches(corpus, {0, static_cast<std::int64_t>(documents.size())}, self,
                            [&](token_batch const& batch) {
                                std::int64_t i = 0;
                                for (auto const end : batch.document_ends) {
                                    for (; i < end; ++i) {
                                        found.back().emplace_back(batch[i]);
                                    }
                                    found.emplace_back();
                                }
                                for (; i < batch.size(); ++i) {
                                    found.back().emplace_back(batch[i]);
                                }
                            });
    });
    EXPECT_TRUE(found.back().empty()) << "tokens behind the last document";
    found.pop_back();
    return found;
}

TEST(TokenReader, ABatchMayHoldManyDocuments) {
    std::vector<std::string> documents;
    std::vector<std::vector<std::string>> expected;
    for (int i = 0; i < 3000; ++i) {
        auto const word = std::string{"w"}.append(std::to_string(i));
        if (i % 3 == 0) {
            documents.emplace_back();
            expected.emplace_back();
        } else if (i % 3 == 1) {
            documents.push_back(std::string{"A "}.append(word).append(" b"));
            expected.push_back({word});
        } else {
            documents.push_back(std::string{"\u00C4"}.append(word).append(", ").append(word));
            expected.push_back({std::string{"\u00E4"}.append(word), word});
        }
    }
    documents.emplace_back(3 * token_batch::target_bytes, 'x');
    documents.back().append(" yy");
    expected.push_back({std::string(3 * token_batch::target_bytes, 'x'), "yy"});
    EXPECT_EQ(read_all({token_kind::sklearn, normalization::none, {}}, documents), expected);
}

/// ASCII documents are scanned in one pass; with a character that is no ASCII behind them they are not.
TEST(TokenReader, TheScanOfAsciiFindsWhatTheCutterFinds) {
    std::mt19937 random{11};
    // In every row and column of the table that the scan looks characters up in.
    std::string const alphabet = "aZ09_ ,.'\t\n\x1C-/:@[`{o{pPOAZ^\x7F\x01\x0F";
    std::vector<std::string> plain, other;
    for (std::size_t size = 0; size < 400; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) {
            text += alphabet[random() % (size % 2 == 0 ? alphabet.size() : 7)];
        }
        plain.push_back(text);
        other.push_back(text);
        other.back().append(" \u3002");
    }
    for (auto const level : {cpu::simd_level::baseline, cpu::simd_level::avx2, cpu::simd_level::avx512}) {
        if (level > cpu::best_simd_level()) {
            continue;
        }
        cpu::override_simd_level(level);
        for (auto const kind : {token_kind::sklearn, token_kind::whitespace}) {
            tokenizer const how{kind, normalization::lower, {}};
            auto expected = read_all(how, other);
            if (kind == token_kind::whitespace) {
                for (auto& tokens : expected) {
                    ASSERT_EQ(tokens.back(), "\u3002");
                    tokens.pop_back();
                }
            }
            EXPECT_EQ(read_all(how, plain), expected) << cpu::name_of(level);
        }
    }
    cpu::override_simd_level({});
}

} // namespace
