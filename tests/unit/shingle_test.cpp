#include "cpu/shingle.hpp"

#include "cpu/character_reader.hpp"
#include "cpu/normalizer.hpp"
#include "element/utf8.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace {

using namespace newsgpu;

template <class Work>
void on_a_worker(Work work) {
    cpu::for_each_piece("testing", 1, {device::cpu(), 1},
                        [&](std::int64_t, cpu::worker& self) { work(self); });
}

std::u32string read(std::string_view text) {
    std::u32string found;
    on_a_worker([&](cpu::worker& self) {
        cpu::character_reader reader;
        reader.read(text, self,
                    [&](view<char32_t const> block) { found.append(block.begin(), block.end()); });
    });
    return found;
}

std::string utf8(char32_t c) {
    char bytes[4];
    return {bytes, static_cast<std::size_t>(element::encode(c, bytes))};
}

TEST(CharacterReader, FoldsCaseWidthAndWhiteSpace) {
    EXPECT_EQ(read(" \t Caf\u00C9\u3000\uFF21\uFF01\n\n"), U"caf\u00E9 a!");
    EXPECT_EQ(read("e\u0301a\u00ADb"), U"\u00E9ab");
    EXPECT_EQ(read("\u300C\u4E2D\u56FD\u300D\u2026"), U"\u300C\u4E2D\u56FD\u300D...");
    EXPECT_EQ(read(""), U"");
    EXPECT_EQ(read(" \u2028\u0085 "), U"");
    EXPECT_EQ(read(std::string_view{"a\0b", 3}), std::u32string_view(U"a\0b", 3));
    EXPECT_EQ(read("a\xE4\xB8z\xFF"), U"a\uFFFDz\uFFFD");
}

TEST(CharacterReader, SimpleCharactersMapAsTheNormalizerMapsThem) {
    cpu::normalizer const normalizer{normalization::nfkc_casefold};
    std::string scratch;
    int simple = 0;
    for (char32_t c = 1; c < 0x11'0000; ++c) {
        auto const mapped = cpu::simple_mapping(c);
        if (mapped == 0) {
            continue;
        }
        ++simple;
        ASSERT_EQ(normalizer.apply(utf8(c), scratch), utf8(mapped))
            << std::hex << static_cast<std::uint32_t>(c);
        // It composes with nothing before it: after characters of every kind it comes out the same.
        for (char32_t const before :
             {U'a', U'\u4E2D', U'\u0301', U'\u3099', U'\u1100', U'\u0F71', U'\u0915'}) {
            // What apply gives may lie in its argument or in the scratch: each is copied before the next.
            auto const alone = utf8(before);
            auto const expected = std::string{normalizer.apply(alone, scratch)} + utf8(mapped);
            auto const together = alone + utf8(c);
            ASSERT_EQ(normalizer.apply(together, scratch), expected)
                << std::hex << static_cast<std::uint32_t>(c);
        }
    }
    EXPECT_GT(simple, 27'000);
}

TEST(CharacterReader, BlocksJoinSeamlessly) {
    // A mark behind a character that stood last in its block still composes with it.
    for (auto length = cpu::character_reader::block_size - 3; length < cpu::character_reader::block_size + 3;
         ++length) {
        auto const text = std::string(static_cast<std::size_t>(length), 'x') + "e\u0301 \u00C9";
        auto expected = std::u32string(static_cast<std::size_t>(length), U'x') + U"\u00E9 \u00E9";
        EXPECT_EQ(read(text), expected);
    }
}

struct reading {
    std::vector<std::uint64_t> shingles;
    cpu::document_summary summary;
};

reading shingles_of(std::string_view text, cpu::shingle_options const& how) {
    reading found;
    on_a_worker([&](cpu::worker& self) {
        cpu::shingler shingler{how};
        found.summary = shingler.read(text, self, [&](view<std::uint64_t const> block) {
            found.shingles.insert(found.shingles.end(), block.begin(), block.end());
        });
    });
    EXPECT_EQ(found.summary.num_shingles, std::ssize(found.shingles));
    return found;
}

bool same_identity(reading const& a, reading const& b) {
    return std::equal(a.summary.identity, a.summary.identity + 2, b.summary.identity);
}

TEST(Shingler, CountsAndOrder) {
    cpu::shingle_options const pairs{shingle_unit::words, 2, 0};
    auto const found = shingles_of("a b a b", pairs).shingles;
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], found[2]);
    EXPECT_NE(found[0], found[1]);
    EXPECT_EQ(shingles_of("", pairs).shingles.size(), 0U);
    EXPECT_EQ(shingles_of("a", pairs).shingles.size(), 1U);
    EXPECT_EQ(shingles_of("a b", {shingle_unit::words, 5, 0}).shingles.size(), 1U);
    EXPECT_NE(shingles_of("a b", {shingle_unit::words, 5, 0}).shingles,
              shingles_of("a b c", {shingle_unit::words, 5, 0}).shingles);
}

TEST(Shingler, LongDocumentsAreReadInBlocksWithoutSeams) {
    // Words w0 w1 ... are all different, so every 3-gram is.
    std::string text;
    constexpr std::size_t words = 30'000;
    for (std::size_t i = 0; i < words; ++i) {
        text.append("w").append(std::to_string(i)).append(" ");
    }
    auto const found = shingles_of(text, {shingle_unit::words, 3, 0}).shingles;
    EXPECT_EQ(found.size(), words - 2);
    EXPECT_EQ(std::set<std::uint64_t>(found.begin(), found.end()).size(), words - 2);
    // The last three words alone give the last shingle.
    EXPECT_EQ(shingles_of("w29997 w29998 w29999", {shingle_unit::words, 3, 0}).shingles.front(),
              found.back());
    auto const characters = shingles_of(text, {shingle_unit::characters, 4, 0}).shingles;
    EXPECT_EQ(characters.back(), shingles_of("9999", {shingle_unit::characters, 4, 0}).shingles.front());
}

TEST(Shingler, IdentityTellsOrderAndLength) {
    cpu::shingle_options const how{shingle_unit::words, 3, 0};
    EXPECT_TRUE(same_identity(shingles_of("One two, three", how), shingles_of("one two three!", how)));
    EXPECT_FALSE(same_identity(shingles_of("one two three", how), shingles_of("two one three", how)));
    EXPECT_FALSE(same_identity(shingles_of("one two three", how), shingles_of("one two three three", how)));
    EXPECT_TRUE(same_identity(shingles_of("?!", how), shingles_of(" ?! ", how)));
    EXPECT_FALSE(same_identity(shingles_of("?!", how), shingles_of("!?", how)));
}

TEST(Shingler, IdentityTellsAllArrangementsOfAFewUnits) {
    // Sums over positions that cancel out hide these: A B B A and B A A B, and longer ones.
    std::vector<std::string> arrangements{"0110100110010110", "1001011001101001"};
    constexpr std::size_t length = 6, kinds = 4;
    for (std::size_t number = 0; number < 4'096; ++number) {
        std::string text;
        for (std::size_t i = 0, left = number; i < length; ++i, left /= kinds) {
            text += static_cast<char>('0' + left % kinds);
        }
        arrangements.push_back(text);
    }
    for (auto const unit : {shingle_unit::characters, shingle_unit::words}) {
        std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
        for (auto const& arrangement : arrangements) {
            std::string text;
            for (auto const c : arrangement) {
                text += c;
                text += unit == shingle_unit::words ? " " : "";
            }
            auto const& identity = shingles_of(text, {unit, 3, 0}).summary.identity;
            EXPECT_TRUE(seen.emplace(identity[0], identity[1]).second) << text;
        }
    }
}

TEST(Shingler, TheSeedChangesEveryHash) {
    for (auto const unit : {shingle_unit::words, shingle_unit::characters}) {
        EXPECT_NE(shingles_of("one two three", {unit, 2, 0}).shingles,
                  shingles_of("one two three", {unit, 2, 1}).shingles);
    }
}

} // namespace
