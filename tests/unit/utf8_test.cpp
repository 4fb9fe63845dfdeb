#include "element/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using newsgpu::element::decode;
using newsgpu::element::encode;
using newsgpu::element::step_back;

std::vector<int> lengths(std::string const& text) {
    std::vector<int> found;
    auto const end = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < end;) {
        auto const here = decode(text.data(), at, end);
        found.push_back(here.well_formed ? here.length : -here.length);
        at += here.length;
    }
    return found;
}

TEST(Utf8, RoundTripOfEveryScalarValue) {
    char bytes[4];
    for (char32_t c = 0; c < 0x110000; ++c) {
        if (c >= 0xD800 && c < 0xE000) {
            continue;
        }
        auto const length = encode(c, bytes);
        auto const back = decode(bytes, 0, length);
        ASSERT_EQ(back.code_point, c);
        ASSERT_EQ(back.length, length);
        ASSERT_TRUE(back.well_formed);
    }
}

TEST(Utf8, StepsBackToTheCodePointBefore) {
    // One, two, three and four bytes.
    std::string const text = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80";
    std::vector<std::int64_t> begins;
    for (auto at = static_cast<std::int64_t>(text.size()); at > 0;) {
        at = step_back(text.data(), at);
        begins.push_back(at);
    }
    EXPECT_EQ(begins, (std::vector<std::int64_t>{6, 3, 1, 0}));
}

TEST(Utf8, StepsBackAtMostFourBytesAndNotPastTheBeginning) {
    EXPECT_EQ(step_back("\x80\x80", 2), 0);
    EXPECT_EQ(step_back("a\x80\x80\x80\x80\x80", 6), 2);
}

// The Unicode Standard 15.0, section 3.9, tables 3-8 to 3-11: U+FFFD for each maximal subpart.
TEST(Utf8, MaximalSubpartsOfTheStandard) {
    EXPECT_EQ(lengths("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
              (std::vector<int>{-1, -1, -1, -1, -1, -1, -1, -1, 1}));
    EXPECT_EQ(lengths("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
              (std::vector<int>{-1, -1, -1, -1, -1, -1, -1, -1, 1}));
    EXPECT_EQ(lengths("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
              (std::vector<int>{-1, -1, -1, -1, -1, 1, -1, -1, 1}));
    EXPECT_EQ(lengths("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), (std::vector<int>{-2, -1, -3, -2, 1}));
}

TEST(Utf8, NothingIsReadPastTheEnd) {
    for (std::string const whole : {"\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"}) {
        for (std::size_t cut = 1; cut < whole.size(); ++cut) {
            // The sequence goes on behind `end`; a reader that looks there would call it well-formed.
            auto const here = decode(whole.data(), 0, static_cast<std::int64_t>(cut));
            EXPECT_FALSE(here.well_formed);
            EXPECT_EQ(here.length, static_cast<int>(cut));
        }
    }
}

} // namespace
