#include "element/feature_hash.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using namespace newsgpu;
using namespace std::string_view_literals;

std::uint32_t murmur(std::string_view text, std::uint32_t seed) {
    return element::murmur3_32(text.data(), static_cast<std::int64_t>(text.size()), seed);
}

// The published test vectors of MurmurHash3_x86_32: each length of tail, bytes over 127, seeds.
TEST(Murmur3, PublishedVectors) {
    EXPECT_EQ(murmur("", 0), 0u);
    EXPECT_EQ(murmur("", 1), 0x514E'28B7u);
    EXPECT_EQ(murmur("", 0xFFFF'FFFF), 0x81F1'6F39u);
    EXPECT_EQ(murmur("\xFF\xFF\xFF\xFF"sv, 0), 0x7629'3B50u);
    EXPECT_EQ(murmur("\x21\x43\x65\x87"sv, 0), 0xF55B'516Bu);
    EXPECT_EQ(murmur("\x21\x43\x65\x87"sv, 0x5082'EDEE), 0x2362'F9DEu);
    EXPECT_EQ(murmur("\x21\x43\x65"sv, 0), 0x7E4A'8634u);
    EXPECT_EQ(murmur("\x21\x43"sv, 0), 0xA0F7'B07Au);
    EXPECT_EQ(murmur("\x21"sv, 0), 0x7266'1CF4u);
    EXPECT_EQ(murmur("\0\0\0\0"sv, 0), 0x2362'F9DEu);
    EXPECT_EQ(murmur("\0\0\0"sv, 0), 0x85F0'B427u);
    EXPECT_EQ(murmur("\0\0"sv, 0), 0x30F4'C306u);
    EXPECT_EQ(murmur("\0"sv, 0), 0x514E'28B7u);
    EXPECT_EQ(murmur("The quick brown fox jumps over the lazy dog", 0x9747'B28C), 0x2FA8'26CDu);
}

// "\0" hashes to 0x514E28B7, positive; "\x21\x43\x65\x87" to 0xF55B516B, which is -178564757 as a signed
// number.
TEST(FeatureHash, TheColumnIsTheMagnitudeAndTheSignIsTheSign) {
    auto const positive = element::hash_feature("\0", 1, 1000);
    EXPECT_EQ(positive.column, 0x514E'28B7 % 1000);
    EXPECT_FALSE(positive.negative);
    auto const negative = element::hash_feature("\x21\x43\x65\x87", 4, 1000);
    EXPECT_EQ(negative.column, 178'564'757 % 1000);
    EXPECT_TRUE(negative.negative);
    EXPECT_EQ(element::hash_feature("\x21", 1, 1).column, 0);
}

} // namespace
