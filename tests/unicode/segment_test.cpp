#include "cpu/segmenter.hpp"
#include "unicode/icu_oracle.hpp"
#include "unicode/random_text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

using namespace newsgpu;
using cpu::simd_level;
using test::segment;

/// Sizes are those of the full comparison, divided by this; NEWSGPU_TEST_FULL=1 runs all of it.
std::size_t cut_down(std::size_t full, std::size_t by) {
    return std::getenv("NEWSGPU_TEST_FULL") != nullptr ? full : full / by;
}

class collector final : public cpu::part_visitor {
public:
    void visit(cpu::segment_window const& window) override {
        for (std::int64_t i = 1; i <= window.end - window.begin; ++i) {
            auto const bit = [&](std::uint64_t const* plane) {
                return static_cast<int>(plane[i / 64] >> (i % 64) & 1);
            };
            if (bit(window.cut) != 0) {
                add(window.begin + i, bit(window.low) + 2 * bit(window.high));
            }
        }
    }
    void visit(std::int64_t, std::int64_t end, element::segment_kind kind) override {
        add(end, static_cast<int>(kind));
    }
    std::vector<segment> found;

private:
    void add(std::int64_t end, int kind) { found.push_back({end, kind == 3 ? 400 : kind * 100}); }
};

template <class Work>
void with_worker(Work work) {
    cpu::for_each_piece("testing", 1, {device::cpu(), 1},
                        [&](std::int64_t, cpu::worker& self) { work(self); });
}

std::string hexadecimal(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string made;
    for (unsigned char const byte : text) {
        made += {digits[byte / 16], digits[byte % 16], ' '};
    }
    return made;
}

/// Compares with ICU: segments, statuses and counts.
class Segments : public ::testing::TestWithParam<simd_level> {
protected:
    void SetUp() override {
        if (GetParam() > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor has no " << cpu::name_of(GetParam());
        }
        ASSERT_NE(unicode::load_segmentation(), nullptr) << "the installed ICU's data were not understood";
        engine_ = std::make_unique<cpu::segmenter>(unicode::load_segmentation(), GetParam());
    }

    void expect_equal(std::string_view text, cpu::worker& self) {
        auto const expected = icu_(text);
        collector made;
        engine_->cut(text, self, made);
        if (made.found != expected) {
            std::size_t i = 0;
            while (i < expected.size() && i < made.found.size() && expected[i] == made.found[i]) {
                ++i;
            }
            auto const begin = i == 0 ? std::int64_t{0} : expected[i - 1].end;
            auto const show = [](std::vector<segment> const& of, std::size_t at) {
                return at < of.size() ? std::to_string(of[at].end) + "/" + std::to_string(of[at].status)
                                      : "none";
            };
            FAIL() << "after byte " << begin << " of " << text.size() << " ICU has " << show(expected, i)
                   << ", we have " << show(made.found, i) << ": "
                   << hexadecimal(
                          text.substr(static_cast<std::size_t>(std::max<std::int64_t>(0, begin - 12)), 48));
        }
        std::int64_t words = 0;
        for (auto const& each : expected) {
            words += each.status != 0;
        }
        auto const counts = engine_->count(text, self);
        ASSERT_EQ(counts.segments, static_cast<std::int64_t>(expected.size()));
        ASSERT_EQ(counts.words, words);
    }

    test::icu_segments icu_;
    std::unique_ptr<cpu::segmenter> engine_;
};

/// A member of each class of ICU's rules.
constexpr char32_t representatives[] = {U'!',    U'a',   U'0',   U'_',    0xB7,   U',',    U'.',   U'\'',
                                        U' ',    U'\r',  U'\n',  0x0B,    U'"',   0x1F600, 0x24C2, 0x5D0,
                                        0x1F1E6, 0x300,  0x200D, 0x16FE4, 0xE01,  0xE31,   0x3006, 0x4E00,
                                        0x2E80,  0x30A2, 0x3042, 0xAC00,  0x309B, 0xFF9E};

TEST_P(Segments, EveryShortStringOfTheClasses) {
    with_worker([&](cpu::worker& self) {
        auto const longest = cut_down(4, 1);
        for (std::size_t length = 0; length <= longest; ++length) {
            std::size_t all = 1;
            for (std::size_t i = 0; i < length; ++i) {
                all *= std::size(representatives);
            }
            // A prime step visits a part of the longest strings, and all of them in a full run.
            std::size_t const step = length == 4 ? cut_down(7, 7) == 1 ? 7 : 1 : 1;
            for (std::size_t n = 0; n < all; n += step) {
                std::string text;
                auto left = n;
                for (std::size_t i = 0; i < length; ++i, left /= std::size(representatives)) {
                    test::append(text, representatives[left % std::size(representatives)]);
                }
                expect_equal(text, self);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
    });
}

TEST_P(Segments, EveryEntryOfTheDictionaryAloneAndInPairs) {
    auto const words = test::icu_dictionary_words();
    test::random_engine random{1};
    with_worker([&](cpu::worker& self) {
        auto const step = cut_down(8, 8) == 1 ? std::size_t{8} : std::size_t{1};
        for (std::size_t i = 0; i < words.size(); i += step) {
            expect_equal(words[i], self);
            expect_equal(words[i] + words[test::below(random, words.size())], self);
            if (HasFatalFailure()) {
                return;
            }
        }
    });
}

TEST_P(Segments, HardTextOfAnyLength) {
    auto const words = test::icu_dictionary_words();
    test::random_engine random{2};
    with_worker([&](cpu::worker& self) {
        for (std::size_t done = 0; done < cut_down(20'000'000, 10) && !HasFatalFailure();) {
            // Short texts put every character at every place of a block; long ones have many windows.
            auto const size =
                test::below(random, 4) == 0 ? test::below(random, 20'000) : test::below(random, 300);
            auto const text = test::hard_text(random, size, words);
            expect_equal(text, self);
            done += text.size();
        }
    });
}

TEST_P(Segments, RandomBytes) {
    test::random_engine random{3};
    with_worker([&](cpu::worker& self) {
        for (std::size_t done = 0; done < cut_down(5'000'000, 5) && !HasFatalFailure();) {
            auto text = test::random_bytes(random, test::below(random, 700));
            if (test::below(random, 2) == 0) {
                // Hard text with a few broken bytes: blocks that are nearly well-formed.
                text = test::hard_text(random, text.size(), {});
                for (std::size_t k = 0; k < 3 && !text.empty(); ++k) {
                    text[test::below(random, text.size())] = static_cast<char>(random() & 0xFF);
                }
            }
            expect_equal(text, self);
            done += text.size();
        }
    });
}

TEST_P(Segments, SegmentsThatFitNoWindow) {
    with_worker([&](cpu::worker& self) {
        auto const repeated = [](std::string_view text, std::size_t times) {
            std::string made;
            for (std::size_t i = 0; i < times; ++i) {
                made += text;
            }
            return made;
        };
        for (std::size_t const times :
             {std::size_t{1}, std::size_t{60}, std::size_t{900}, std::size_t{5'000}, std::size_t{70'000}}) {
            for (std::string_view const piece :
                 {"a", "ab12_", "\u4E2D\u56FD\u4EBA", "\u4E00", "\u30A2\u30A4", "\u0E01\u0E32\u0E23",
                  "\uFF76\uFF9E", "e\u0301", "\xE4\xB8", "a\u0301.", "\U0001F1E8\U0001F1F3", "\u3042"}) {
                auto const text = repeated(piece, times);
                expect_equal(text, self);
                expect_equal("x " + text + "\u30AB_a. \u4E2D", self);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
    });
}

INSTANTIATE_TEST_SUITE_P(Levels, Segments,
                         ::testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512),
                         [](auto const& each) { return std::string{cpu::name_of(each.param)}; });

TEST(SegmentsWithoutData, IcuCuts) {
    test::icu_segments icu;
    cpu::segmenter engine{nullptr};
    with_worker([&](cpu::worker& self) {
        std::string_view const text = "The U.S. economy, \u4E2D\u56FD\u7ECF\u6D4E \u0E01\u0E32\u0E23\xFF\n";
        collector made;
        engine.cut(text, self, made);
        EXPECT_EQ(made.found, icu(text));
    });
}

} // namespace
