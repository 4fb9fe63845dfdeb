#include <newsgpu/error.hpp>
#include <newsgpu/near_duplicates.hpp>

#include "unit/utf8_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;
using test::utf8_of;

/// Texts that hold their own code units.
class UnitTexts {
public:
    /// In units that can hold the text, any of them.
    void add(std::u32string const& text, std::mt19937_64& random) {
        auto const most = text.empty() ? U'\0' : *std::max_element(text.begin(), text.end());
        auto const choice = random() % 3;
        if (choice == 0 && most < 0x100) {
            hold<std::uint8_t>(text, code_unit::latin1);
        } else if (choice <= 1 && most < 0x10000) {
            hold<std::uint16_t>(text, code_unit::ucs2);
        } else {
            hold<char32_t>(text, code_unit::utf32);
        }
    }
    template <class Unit>
    void hold(std::u32string const& text, code_unit unit) {
        std::vector<Unit> const units(text.begin(), text.end());
        auto const* const bytes = reinterpret_cast<char const*>(units.data());
        auto& held = held_.emplace_back();
        held.reserve(1); // an empty text is not missing
        held.assign(bytes, bytes + units.size() * sizeof(Unit));
        texts_.emplace_back(held.data(), std::ssize(units), unit);
    }
    void add_missing() { texts_.emplace_back(); }

    unit_documents documents() const { return unit_documents{view<unit_text const>{texts_}}; }

private:
    std::deque<std::vector<char>> held_;
    std::vector<unit_text> texts_;
};

/// Texts over a few pieces, many of them edited copies of others, long ones among them.
std::vector<std::u32string> random_texts(std::mt19937_64& random) {
    std::vector<std::u32string> const pieces{
        U"rain ",         U"Rain ",     U"caf\u00E9 ", U"\u4E2D", U"\u56FD", U"\u65B0\u95FB", U"\uFF21",
        U"\u3002",        U"\u3000",    U"e\u0301",    U"\u0301", U"\u00AD", U"\n",           U"\uAC00",
        U"\u0130 \u03A3", U"\u2126",    U" ",          U"42 ",    U"_",      U"a.b ",         U"x ",
        U"\u30AB\u3099",  U"\U00020000"};
    auto const piece = [&] { return pieces[random() % pieces.size()]; };
    std::vector<std::vector<std::u32string>> drawn(1);
    for (auto left = 2 + random() % 30; left > 0; --left) {
        auto text = drawn[random() % drawn.size()];
        if (random() % 3 == 0) {
            text.resize(random() % (random() % 8 == 0 ? 6'000 : 60));
            std::generate(text.begin(), text.end(), piece);
        }
        for (auto edits = random() % 4; edits > 0 && !text.empty(); --edits) {
            text[random() % text.size()] = piece();
        }
        drawn.push_back(text);
    }
    std::vector<std::u32string> texts;
    for (auto const& some : drawn) {
        std::u32string text;
        for (auto const& each : some) {
            text += each;
        }
        texts.push_back(text);
    }
    return texts;
}

TEST(UnitDocuments, AreReadAsTheirUtf8Is) {
    std::mt19937_64 random{8};
    for (int round = 0; round < 60; ++round) {
        auto texts = random_texts(random);
        if (round % 2 == 0) { // without what UCS-2 does not hold
            for (auto& text : texts) {
                std::erase_if(text, [](char32_t c) { return c > 0xFFFF; });
            }
        }
        UnitTexts units;
        std::vector<std::string> encoded;
        for (auto const& text : texts) {
            units.add(text, random);
            encoded.push_back(utf8_of(text));
        }
        auto const corpus = make_corpus(encoded);
        for (auto const unit : {shingle_unit::words, shingle_unit::characters}) {
            for (auto const keep : {keep_rule::first, keep_rule::longest}) {
                near_duplicate_options const options{.threshold = 0.5, .unit = unit, .n = 2, .keep = keep};
                auto const expected = near_duplicates(corpus, options),
                           found = near_duplicates(units.documents(), options);
                EXPECT_EQ(found.copy_of, expected.copy_of);
                EXPECT_EQ(found.has_shingles, expected.has_shingles);
                EXPECT_EQ(found.distinct_pairs.left, expected.distinct_pairs.left);
                EXPECT_EQ(found.distinct_pairs.right, expected.distinct_pairs.right);
                EXPECT_EQ(found.distinct_pairs.similarity, expected.distinct_pairs.similarity);
                EXPECT_EQ(found.keeper, expected.keeper);
            }
        }
    }
}

TEST(UnitDocuments, MissingOnesAreCopiesOfNothing) {
    UnitTexts units;
    units.add_missing();
    units.add_missing();
    units.hold<std::uint16_t>(U"", code_unit::ucs2);
    units.hold<std::uint8_t>(U"", code_unit::latin1);
    auto const found = near_duplicates(units.documents());
    EXPECT_EQ(found.copy_of, (buffer<std::int64_t>{0, 1, 2, 2}));
}

TEST(UnitDocuments, WhatIsNoTextIsRefused) {
    for (auto const unit : {shingle_unit::words, shingle_unit::characters}) {
        for (std::size_t const length : {1U, 16U, 17U, 100U, 5'000U}) {
            for (auto const of_unit : {code_unit::ucs2, code_unit::utf32}) {
                UnitTexts units;
                units.hold<std::uint8_t>(U"a", code_unit::latin1);
                for (std::size_t const at : {length - 1, std::size_t{0}}) {
                    std::u32string text(length, U'\u4E2D');
                    text[at] = 0xDC00;
                    if (of_unit == code_unit::ucs2) {
                        units.hold<std::uint16_t>(text, of_unit);
                    } else {
                        units.hold<char32_t>(text, of_unit);
                    }
                }
                near_duplicate_options const options{.unit = unit};
                try {
                    near_duplicates(units.documents(), options);
                    FAIL() << "a lone surrogate was read";
                } catch (invalid_input const& refused) {
                    EXPECT_EQ("texts[1] holds a lone surrogate at character " + std::to_string(length - 1) +
                                  ", which is no Unicode text",
                              std::string{refused.what()});
                }
            }
        }
    }
}

} // namespace
