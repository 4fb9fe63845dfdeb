#include "cpu/simple_characters.hpp"

#include "element/utf8.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;
using cpu::simd_level;

/// Reads as a caller does: what the reader leaves is taken as one mark, or as itself if it is simple.
class SimpleCharacters : public testing::TestWithParam<simd_level> {
protected:
    void SetUp() override {
        if (GetParam() > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor lacks the instruction set";
        }
    }

    static constexpr char32_t mark = 0xFFFF'FFFF;

    static bool is_space(char32_t c) {
        return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x3000;
    }

    /// By the definition, one code point after another.
    static std::vector<char32_t> expected(std::string_view text) {
        std::vector<char32_t> made;
        bool after_space = true;
        auto const end = static_cast<std::int64_t>(text.size());
        for (std::int64_t at = 0; at < end;) {
            auto const here = element::decode(text.data(), at, end);
            put(here, made, after_space);
            at += here.length;
        }
        return made;
    }

    template <class Decoded>
    static void put(Decoded const& here, std::vector<char32_t>& made, bool& after_space) {
        auto const space = here.well_formed && is_space(here.code_point);
        if (space) {
            if (!after_space) {
                made.push_back(' ');
            }
        } else {
            auto const mapped = here.well_formed ? cpu::simple_mapping(here.code_point) : 0;
            made.push_back(mapped != 0 || (here.well_formed && here.code_point == 0) ? mapped : mark);
        }
        after_space = space;
    }

    static std::vector<char32_t> read(cpu::simple_reader* reader, std::string_view text, std::int64_t room) {
        return read_with(reader, std::vector<char>(text.begin(), text.end()), room,
                         [](std::vector<char> const& bytes, std::int64_t at) {
                             return element::decode(bytes.data(), at, std::ssize(bytes));
                         });
    }

    static std::vector<char32_t> read(cpu::simple_unit_reader* reader, std::u16string_view text,
                                      std::int64_t room) {
        return read_with(reader, std::vector<std::uint16_t>(text.begin(), text.end()), room, decode_unit);
    }

    /// As it is read by units: pairs of surrogates are not joined.
    static std::vector<char32_t> expected(std::u16string_view text) {
        std::vector<std::uint16_t> const units(text.begin(), text.end());
        std::vector<char32_t> made;
        bool after_space = true;
        for (std::int64_t at = 0; at < std::ssize(units); ++at) {
            put(decode_unit(units, at), made, after_space);
        }
        return made;
    }

private:
    static element::decoded decode_unit(std::vector<std::uint16_t> const& units, std::int64_t at) {
        auto const unit = units[static_cast<std::size_t>(at)];
        return {unit, 1, (unit & 0xF800) != 0xD800};
    }

    /// `exact` is exactly as long as the text, so that a sanitizer sees a unit read too many.
    template <class Reader, class Unit, class Decode>
    static std::vector<char32_t> read_with(Reader* reader, std::vector<Unit> const& exact, std::int64_t room,
                                           Decode decode) {
        std::vector<char32_t> made;
        std::vector<char32_t> block(static_cast<std::size_t>(2 * room + cpu::simple_reader_slack + 64));
        bool after_space = true;
        auto const end = static_cast<std::int64_t>(exact.size());
        for (std::int64_t at = 0; at < end;) {
            auto const progress = reader(exact.data() + at, end - at, after_space, block.data(), room);
            EXPECT_LE(progress.written, room + 64);
            made.insert(made.end(), block.begin(), block.begin() + progress.written);
            at += progress.read;
            after_space = progress.after_space;
            if (progress.written <= room && at < end) {
                auto const here = decode(exact, at);
                put(here, made, after_space);
                at += here.length;
            }
        }
        return made;
    }
};

TEST_P(SimpleCharacters, AreReadAsOneByOne) {
    std::vector<std::string> const pieces{"a",
                                          "Z",
                                          " ",
                                          "\t",
                                          "\n",
                                          "\x1C",
                                          "\x7F",
                                          "0",
                                          "\u4E2D",
                                          "\u9FFF",
                                          "\u3400",
                                          "\uFF0C",
                                          "\uFF21",
                                          "\u3000",
                                          "\u3000\u3000",
                                          "\u201C",
                                          "\u2017",
                                          "\u2026",
                                          "\u00B7",
                                          "\u00E9",
                                          "\u3042",
                                          "\uAC00",
                                          "\U00020000",
                                          "\xE4",
                                          "\xE4\xB8",
                                          "\xB8",
                                          "\xFF",
                                          "\xC3",
                                          "\xF0",
                                          "\xE0\x80\xAF",
                                          "\xED\xA0\x80",
                                          "e\u0301",
                                          "\u4E2D\u56FD\u65B0\u95FB",
                                          "abcdefghijklmnopqrstuvwxyz",
                                          std::string(1, '\0')};
    std::mt19937_64 random{1};
    auto* const reader = cpu::simple_reader_of(GetParam());
    for (int trial = 0; trial < 3'000; ++trial) {
        // Mostly a few pieces again and again, so that long runs of one kind occur.
        std::string text;
        auto const kinds = 1 + random() % 6;
        std::vector<std::string> drawn;
        for (std::size_t k = 0; k < kinds; ++k) {
            drawn.push_back(pieces[random() % pieces.size()]);
        }
        for (auto length = random() % 200; length > 0; --length) {
            text += drawn[random() % drawn.size()];
        }
        ASSERT_EQ(read(reader, text, trial % 2 == 0 ? 1'000 : 10), expected(text)) << "trial " << trial;
    }
}

TEST_P(SimpleCharacters, EveryCodePointIsTakenForWhatItIs) {
    auto* const reader = cpu::simple_reader_of(GetParam());
    char bytes[4];
    for (char32_t c = 0; c < 0x11'0000; ++c) {
        if (c >= 0xD800 && c < 0xE000) {
            continue;
        }
        std::string const one{bytes, static_cast<std::size_t>(element::encode(c, bytes))};
        // Among 20 others, so that a whole step is read.
        std::string text;
        for (int i = 0; i < 20; ++i) {
            text += "\u4E00";
        }
        text.insert(static_cast<std::size_t>(c % 16) * 3, one);
        ASSERT_EQ(read(reader, text, 100), expected(text)) << std::hex << static_cast<std::uint32_t>(c);
    }
}

TEST_P(SimpleCharacters, AreReadFromUnitsAsOneByOne) {
    std::vector<std::u16string> const pieces{u"a",
                                             u"Z",
                                             u" ",
                                             u"\t",
                                             u"\n",
                                             u"\x1C",
                                             u"\x7F",
                                             u"0",
                                             u"\u4E2D",
                                             u"\u9FFF",
                                             u"\u3400",
                                             u"\uFF0C",
                                             u"\uFF21",
                                             u"\u3000",
                                             u"\u201C",
                                             u"\u2017",
                                             u"\u2026",
                                             u"\u00B7",
                                             u"\u3042",
                                             u"\uAC00",
                                             u"\u3000\u3000",
                                             u"  ",
                                             u"\u4E2D\u56FD\u65B0\u95FB\u4E2D\u56FD\u65B0\u95FB",
                                             u"abcdefghijklmnopqrstuvwxyz",
                                             {u'\0'},
                                             {char16_t{0xD800}},
                                             {char16_t{0xDC00}}};
    std::mt19937_64 random{2};
    auto* const reader = cpu::simple_unit_reader_of(GetParam());
    for (int trial = 0; trial < 3'000; ++trial) {
        std::u16string text;
        std::vector<std::u16string> drawn(1 + random() % 6);
        for (auto& piece : drawn) {
            piece = pieces[random() % pieces.size()];
        }
        for (auto length = random() % 100; length > 0; --length) {
            text += drawn[random() % drawn.size()];
        }
        ASSERT_EQ(read(reader, text, trial % 2 == 0 ? 1'000 : 10), expected(text)) << "trial " << trial;
    }
}

TEST_P(SimpleCharacters, EveryUnitIsTakenForWhatItIs) {
    auto* const reader = cpu::simple_unit_reader_of(GetParam());
    for (unsigned unit = 0; unit < 0x1'0000; ++unit) {
        // Among 40 others, so that whole steps are read.
        std::u16string text(40, u'\u4E00');
        text[unit % 32] = static_cast<char16_t>(unit);
        ASSERT_EQ(read(reader, text, 100), expected(text)) << std::hex << unit;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, SimpleCharacters,
                         testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512));

} // namespace
