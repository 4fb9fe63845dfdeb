#include <newsgpu/code_units.hpp>
#include <newsgpu/error.hpp>

#include "cpu/unit_encoder.hpp"
#include "unit/utf8_of.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;
using cpu::simd_level;
using test::utf8_of;

/// `text` in the narrowest units that hold it, and in all wider ones.
class Units {
public:
    explicit Units(std::u32string const& text)
        : latin1_(text.begin(), text.end()), ucs2_(text.begin(), text.end()), utf32_(text) {}

    std::vector<unit_text> all() const {
        auto const size = static_cast<std::int64_t>(utf32_.size());
        char32_t most = 0;
        for (auto const c : utf32_) {
            most = std::max(most, c);
        }
        std::vector<unit_text> texts{{utf32_.data(), size, code_unit::utf32}};
        if (most < 0x10000) {
            texts.push_back({ucs2_.data(), size, code_unit::ucs2});
        }
        if (most < 0x100) {
            texts.push_back({latin1_.data(), size, code_unit::latin1});
        }
        return texts;
    }

private:
    std::vector<std::uint8_t> latin1_;
    std::vector<std::uint16_t> ucs2_;
    std::u32string utf32_;
};

class CodeUnits : public testing::TestWithParam<simd_level> {
protected:
    void SetUp() override {
        if (GetParam() > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor lacks the instruction set";
        }
        cpu::override_simd_level(GetParam());
    }
    void TearDown() override { cpu::override_simd_level(std::nullopt); }

    static void expect_encoded(std::u32string const& text) {
        Units const units{text};
        auto const expected = utf8_of(text);
        for (auto const& each : units.all()) {
            // Between others, so that what is written too far shows.
            std::vector<unit_text> const texts{{"before", 6}, each, {"behind", 6}};
            auto const made = encode_utf8(texts);
            ASSERT_EQ(made.size(), 3);
            ASSERT_EQ(made[0], "before");
            ASSERT_EQ(made[1], expected) << "unit " << static_cast<int>(each.unit);
            ASSERT_EQ(made[2], "behind");
        }
    }
};

TEST_P(CodeUnits, EveryCodePoint) {
    std::u32string text;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c == 0xD800) {
            c = 0xE000;
        }
        text.push_back(c);
        if (text.size() == 97 || c == 0xFF || c == 0xFFFF) {
            expect_encoded(text);
            text.clear();
        }
    }
    expect_encoded(text);
}

TEST_P(CodeUnits, EveryLengthAndMixture) {
    std::mt19937_64 random{7};
    // Code points of one to four bytes; U+0000 is one byte as well.
    constexpr char32_t first[] = {0, 0x80, 0x800, 0x10000}, last[] = {0x7F, 0x7FF, 0xCFFF, 0x10FFFF};
    for (std::size_t longest = 0; longest < 4; ++longest) {
        for (std::size_t size = 0; size < 140; ++size) {
            std::u32string text;
            for (std::size_t i = 0; i < size; ++i) {
                auto const length = random() % 4 == 0 ? longest : random() % (longest + 1);
                text.push_back(
                    static_cast<char32_t>(first[length] + random() % (last[length] - first[length] + 1)));
            }
            expect_encoded(text);
        }
    }
}

TEST_P(CodeUnits, ManyTextsOnAnyNumberOfThreads) {
    std::mt19937_64 random{11};
    std::vector<std::u32string> texts(40'000);
    std::vector<unit_text> given;
    std::string expected;
    for (auto& text : texts) {
        for (auto left = random() % 40; left > 0; --left) {
            text.push_back(random() % 3 == 0 ? U'a' : U'\u4E2D');
        }
        expected += utf8_of(text);
        given.push_back({text.data(), static_cast<std::int64_t>(text.size()), code_unit::utf32});
    }
    for (int const threads : {1, 2, 5}) {
        auto const made = encode_utf8(given, execution{device::cpu(), threads});
        ASSERT_EQ(std::string(made.bytes.begin(), made.bytes.end()), expected);
        ASSERT_EQ(made.offsets.back(), static_cast<std::int64_t>(expected.size()));
    }
}

TEST_P(CodeUnits, WhatIsNoCodePointIsRefusedWithItsPlace) {
    for (std::size_t const at : {0, 1, 15, 16, 17, 63, 64, 20'000}) {
        for (char32_t const wrong : {0xD800U, 0xDBFFU, 0xDC00U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU}) {
            std::u32string text(at + 70, U'\u4E2D');
            text[at] = wrong;
            std::vector<std::uint16_t> const narrow(text.begin(), text.end());
            auto const size = static_cast<std::int64_t>(text.size());
            for (auto const& each : {unit_text{text.data(), size, code_unit::utf32},
                                     unit_text{narrow.data(), size, code_unit::ucs2}}) {
                if (each.unit == code_unit::ucs2 && wrong > 0xFFFF) {
                    continue;
                }
                try {
                    std::vector<unit_text> const texts{{"a", 1}, each, each};
                    encode_utf8(texts);
                    FAIL() << "U+" << std::hex << static_cast<std::uint32_t>(wrong) << " was taken";
                } catch (invalid_input const& refused) {
                    EXPECT_EQ(std::string{refused.what()}, "texts[1] holds a lone surrogate at character " +
                                                               std::to_string(at) +
                                                               ", which is no Unicode text");
                }
            }
        }
    }
}

TEST_P(CodeUnits, NothingBecomesNothing) {
    EXPECT_EQ(encode_utf8({}).size(), 0);
    std::vector<unit_text> const empty(3);
    auto const made = encode_utf8(empty);
    EXPECT_EQ(made.size(), 3);
    EXPECT_TRUE(made.bytes.empty());
}

INSTANTIATE_TEST_SUITE_P(Levels, CodeUnits,
                         testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512),
                         [](auto const& level) { return std::string{cpu::name_of(level.param)}; });

} // namespace
