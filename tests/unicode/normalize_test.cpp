#include "cpu/normalizer.hpp"
#include "unicode/form_oracle.hpp"
#include "unicode/properties.hpp"
#include "unicode/random_text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

using namespace newsgpu;
using cpu::simd_level;
using test::expected_form;

// `lower` is Python's and has its tests there, beside Python.
constexpr normalization forms[] = {normalization::none,
                                   normalization::nfc,
                                   normalization::nfkc,
                                   normalization::nfkc_casefold,
                                   normalization::casefold,
                                   normalization::strip_accents,
                                   normalization::strip_accents_ascii};

class Forms : public ::testing::TestWithParam<std::tuple<normalization, simd_level>> {
protected:
    void SetUp() override {
        auto const [form, level] = GetParam();
        if (level > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor has no " << cpu::name_of(level);
        }
        form_ = form;
        engine_ = std::make_unique<cpu::normalizer>(form, level);
    }
    void expect_equal(std::string_view text) {
        std::string scratch;
        ASSERT_EQ(engine_->apply(text, scratch), expected_form(text, form_))
            << ::testing::PrintToString(text);
    }
    normalization form_{};
    std::unique_ptr<cpu::normalizer> engine_;
};

TEST_P(Forms, EveryCodePointAloneAndBetweenOthers) {
    for (char32_t c = 0; c < 0x110000; ++c) {
        // Beyond the supplementary planes with characters every thousandth will do.
        if ((c >= 0xD800 && c < 0xE000) || (c > 0x32000 && c < 0xE0000 && c % 1009 != 0) ||
            (c > 0xE1000 && c % 1009 != 0)) {
            continue;
        }
        std::string alone;
        test::append(alone, c);
        std::string scratch;
        ASSERT_EQ(engine_->apply(alone, scratch), expected_form(alone, form_))
            << std::hex << static_cast<unsigned>(c);
        if (c % 7 == 0 || u_getCombiningClass(static_cast<UChar32>(c)) != 0) {
            expect_equal("Ae" + alone + "\u0301\u4E2D" + alone + alone + "\uAC00\u11A8");
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

TEST_P(Forms, HardText) {
    test::random_engine random{5};
    for (int i = 0; i < 3'000 && !HasFatalFailure(); ++i) {
        expect_equal(test::hard_text(random, test::below(random, 400), {}));
    }
}

TEST_P(Forms, LongRunsOfMarks) {
    // Marks of several classes, some that become two others, a letter or nothing, or join the letter before.
    std::vector<char32_t> const marks{0x0301, 0x0316, 0x0327, 0x0345, 0x0344, 0x0340, 0x034F, 0x05B0,
                                      0x0F73, 0x3099, 0x20D0, 0x200B, 0x1160, 0x11A8, 0x0F71, 0x1D165};
    test::random_engine random{7};
    for (int i = 0; i < 400 && !HasFatalFailure(); ++i) {
        std::vector<char32_t> drawn;
        for (auto kinds = 1 + test::below(random, 6); kinds > 0; --kinds) {
            drawn.push_back(marks[test::below(random, marks.size())]);
        }
        std::string text = i % 2 == 0 ? "a" : "\u4E2D";
        for (auto length = test::below(random, 600); length > 0; --length) {
            test::append(text, drawn[test::below(random, drawn.size())]);
        }
        expect_equal(text + (i % 3 == 0 ? "b" : ""));
    }
}

TEST_P(Forms, RunsOfMarksTakeTimeByTheirLength) {
    // By insertion these would take minutes.
    std::string text = "a";
    for (int i = 0; i < 300'000; ++i) {
        text += i % 2 == 0 ? "\u0301" : "\u0316";
    }
    std::string scratch;
    auto const form = engine_->apply(text, scratch);
    EXPECT_LE(form.size(), text.size());
}

TEST_P(Forms, RandomBytes) {
    test::random_engine random{6};
    for (int i = 0; i < 5'000 && !HasFatalFailure(); ++i) {
        expect_equal(test::random_bytes(random, test::below(random, 200)));
    }
}

TEST_P(Forms, PlainTextAndOddCharactersAtEveryPlace) {
    for (std::string_view const odd :
         {"\u00C9", "\uFF21", "\u0301", "\xE4", "\xE4\xB8", "\u3042\u3099", "Z", "\U0001F600", "\xEF",
          "\xEF\xBC", "\uFF00", "\uFF01\uFF3F", "\uFF40\uFF5E", "\uFF5F", "\uFF21\u0301", "\uFF0Cx\u0338"}) {
        for (std::size_t at = 0; at < 200; ++at) {
            std::string chinese;
            while (chinese.size() < at) {
                chinese += chinese.size() + 3 <= at ? "\u4E2D" : "x";
            }
            expect_equal(chinese + std::string{odd} + chinese);
            expect_equal(std::string(at, 'a') + std::string{odd} + std::string(200 - at, 'b'));
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

TEST_P(Forms, FullWidthText) {
    test::random_engine random{7};
    for (int i = 0; i < 2'000 && !HasFatalFailure(); ++i) {
        std::string text;
        for (auto left = test::below(random, 150); left > 0; --left) {
            auto const kind = test::below(random, 40);
            test::append(text, static_cast<char32_t>(kind == 0   ? 0x0300 + test::below(random, 0x70)
                                                     : kind < 3  ? 0xFF5F + test::below(random, 0x90)
                                                     : kind < 20 ? 0xFF00 + test::below(random, 0x60)
                                                     : kind < 30 ? 0x4E00 + test::below(random, 0x5000)
                                                                 : 0x20 + test::below(random, 0x60)));
        }
        expect_equal(text);
    }
}

std::string_view name_of(normalization form) {
    constexpr std::string_view names[] = {"none",     "nfc",   "nfkc",          "nfkc_casefold",
                                          "casefold", "lower", "strip_accents", "strip_accents_ascii"};
    return names[static_cast<std::size_t>(form)];
}

INSTANTIATE_TEST_SUITE_P(Levels, Forms,
                         ::testing::Combine(::testing::ValuesIn(forms),
                                            ::testing::Values(simd_level::baseline, simd_level::avx2,
                                                              simd_level::avx512)),
                         [](auto const& each) {
                             return std::string{name_of(std::get<0>(each.param))} + "_" +
                                    std::string{cpu::name_of(std::get<1>(each.param))};
                         });

/// Code points in hexadecimal, separated by spaces, as the Unicode Character Database writes strings.
std::string from_hexadecimal(std::string const& field) {
    std::istringstream in{field};
    std::string text;
    for (std::uint32_t c; in >> std::hex >> c;) {
        test::append(text, static_cast<char32_t>(c));
    }
    return text;
}

// UAX #15, NormalizationTest.txt: columns source; NFC; NFD; NFKC; NFKD.
TEST(NormalizationTest, OfTheUnicodeCharacterDatabase) {
    auto* const in = popen("bzcat /usr/share/unicode/NormalizationTest.txt.bz2 2>/dev/null", "r");
    ASSERT_NE(in, nullptr);
    std::string file;
    char block[1 << 14];
    for (std::size_t n; (n = fread(block, 1, sizeof block, in)) > 0;) {
        file.append(block, n);
    }
    pclose(in);
    if (file.empty()) {
        GTEST_SKIP() << "Debian's package unicode-data is not installed";
    }
    if (file.find("NormalizationTest-" + unicode::unicode_version()) == std::string::npos) {
        GTEST_SKIP() << "unicode-data is of another version than ICU's " << unicode::unicode_version();
    }
    cpu::normalizer const nfc{normalization::nfc}, nfkc{normalization::nfkc};
    std::istringstream lines{file};
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#' || line[0] == '@') {
            continue;
        }
        std::istringstream fields{line};
        std::string column[5];
        for (auto& each : column) {
            std::string field;
            std::getline(fields, field, ';');
            each = from_hexadecimal(field);
        }
        std::string scratch;
        for (int i = 0; i < 5; ++i) {
            ASSERT_EQ(nfc.apply(column[i], scratch), column[i < 3 ? 1 : 3]) << line;
            ASSERT_EQ(nfkc.apply(column[i], scratch), column[3]) << line;
        }
        ++count;
    }
    EXPECT_GT(count, 15'000);
}

} // namespace
