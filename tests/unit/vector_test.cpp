#include "cpu/segmenter.hpp"
#include "cpu/vector_baseline.hpp"
#include "cpu/vector_sse2.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

// Every operation byte by byte. The levels with more than the compiler's own instructions are tested through
// the loops that use them; plain C++ is not among the levels of a machine that has SSE2.

namespace newsgpu::cpu {

namespace {

using sample = std::array<std::uint8_t, 64>;

sample draw(std::mt19937& random) {
    sample made;
    // Bytes around those that the loops ask for, as often as others.
    constexpr std::uint8_t edges[] = {0x00, 0x40, 0x41, 0x5A, 0x5B, 0x7F, 0x80, 0x81,
                                      0xBF, 0xC0, 0xE3, 0xE4, 0xE9, 0xEA, 0xFF};
    for (auto& byte : made) {
        byte = static_cast<std::uint8_t>(random() % 2 == 0 ? edges[random() % std::size(edges)] : random());
    }
    return made;
}

template <class Test>
std::uint64_t mask_of(sample const& of, Test test) {
    std::uint64_t made = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
        made |= std::uint64_t{test(of[i])} << i;
    }
    return made;
}

template <class Vector>
sample stored(typename Vector::bytes const& from) {
    sample made;
    Vector::store(made.data(), from);
    return made;
}

template <class Vector>
class Vectors : public ::testing::Test {};

#if defined(__SSE2__)
using tested = ::testing::Types<baseline_vector, sse2_vector>;
#else
using tested = ::testing::Types<baseline_vector>;
#endif
TYPED_TEST_SUITE(Vectors, tested);

TYPED_TEST(Vectors, DoWhatLoopsOverBytesDo) {
    std::mt19937 random{1};
    std::array<std::uint8_t, 128> table;
    for (auto& entry : table) {
        entry = static_cast<std::uint8_t>(random());
    }
    // Every row has columns of its own: as many kinds as there are.
    ascii_kinds kinds;
    bool members[128];
    for (auto& member : members) {
        member = random() % 2 == 0;
    }
    ASSERT_TRUE(kinds.insert(members, 0xFF));
    for (int round = 0; round < 2'000; ++round) {
        auto const a = draw(random), b = draw(random);
        auto const bytes = TypeParam::load(a.data());
        EXPECT_EQ(stored<TypeParam>(bytes), a);
        EXPECT_EQ(
            stored<TypeParam>(TypeParam::load_parts(a.data(), a.data() + 16, a.data() + 32, a.data() + 48)),
            a);

        auto part = a;
        auto const count = random() % 65;
        std::fill(part.begin() + static_cast<std::ptrdiff_t>(count), part.end(), std::uint8_t{0});
        EXPECT_EQ(stored<TypeParam>(TypeParam::load_part(a.data(), static_cast<std::int64_t>(count))), part);

        auto lowered = a;
        for (auto& byte : lowered) {
            byte = static_cast<std::uint8_t>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
        }
        EXPECT_EQ(stored<TypeParam>(TypeParam::lower(bytes)), lowered);

        for (int bit = 0; bit < 8; ++bit) {
            EXPECT_EQ(TypeParam::plane(bytes, bit),
                      mask_of(a, [&](auto byte) { return (byte >> bit & 1) != 0; }));
        }
        for (auto const& [first, values] :
             {std::pair{0xE4, 6}, {0x80, 0x40}, {0x98, 6}, {0x81, 17}, {0x81, 63}, {0x80, 31}}) {
            EXPECT_EQ(TypeParam::range(bytes, first, values),
                      mask_of(a, [first = first, values = values](
                                     int byte) { return byte >= first && byte < first + values; }))
                << first;
        }
        for (int const value : {0x80, 0xBC, 0xE2, 0xE3, 0xEF}) {
            EXPECT_EQ(TypeParam::equal(bytes, value), mask_of(a, [&](int byte) { return byte == value; }));
        }
        std::uint64_t different = 0;
        sample looked_up_32, looked_up_128;
        for (std::size_t i = 0; i < a.size(); ++i) {
            different |= std::uint64_t{a[i] != b[i]} << i;
            looked_up_32[i] = table[a[i] % 32];
            looked_up_128[i] = table[a[i] % 128];
        }
        EXPECT_EQ(TypeParam::different(bytes, TypeParam::load(b.data())), different);
        EXPECT_EQ(stored<TypeParam>(TypeParam::look_up_32(table.data(), bytes)), looked_up_32);
        // Only of ASCII is the answer used.
        auto const ascii = mask_of(a, [](auto byte) { return byte < 0x80; });
        auto const found_kinds = TypeParam::look_up(kinds, bytes);
        auto const kinds_found = stored<TypeParam>(found_kinds);
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_TRUE((ascii >> i & 1) == 0 || kinds_found[i] == kinds.kind_of[a[i] % 128]) << i;
        }
        auto const any = [&](unsigned bits) {
            return mask_of(kinds_found, [bits](auto byte) { return (byte & bits) != 0; });
        };
        EXPECT_EQ(TypeParam::template any<0x01>(found_kinds), any(0x01));
        EXPECT_EQ(TypeParam::template any<0x20>(found_kinds), any(0x20));
        EXPECT_EQ(TypeParam::template any<0x80>(found_kinds), any(0x80));
        EXPECT_EQ(TypeParam::template any<0x0B>(found_kinds), any(0x0B));
        EXPECT_EQ(TypeParam::template any<0x7F>(found_kinds), any(0x7F));
        EXPECT_EQ(TypeParam::template any<0xC0>(found_kinds), any(0xC0));
        EXPECT_EQ(TypeParam::template any<0xF0>(found_kinds), any(0xF0));
        EXPECT_EQ(TypeParam::template any<0xFF>(found_kinds), any(0xFF));
        auto const found = stored<TypeParam>(TypeParam::look_up_128(table.data(), bytes));
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_TRUE((ascii >> i & 1) == 0 || found[i] == looked_up_128[i]) << i;
        }
    }
}

TYPED_TEST(Vectors, PartPairs) {
    std::array<std::uint32_t, 16> pairs;
    std::iota(pairs.begin(), pairs.end(), 0xFFFF'FFF8);
    std::array<std::uint32_t, 8> firsts, seconds;
    TypeParam::part_pairs(pairs.data(), firsts.data(), seconds.data());
    for (std::size_t i = 0; i < firsts.size(); ++i) {
        EXPECT_EQ(firsts[i], pairs[2 * i]);
        EXPECT_EQ(seconds[i], pairs[2 * i + 1]);
    }
}

TEST(AsciiKinds, AreOfOneSetAndInBothShapesTheSame) {
    std::mt19937 random{3};
    for (int round = 0; round < 200; ++round) {
        // Sets without a common member, of few columns or of many.
        auto const first_row = random() % 8, share = 1 + random() % 4;
        bool some[128], others[128];
        for (unsigned c = 0; c < 128; ++c) {
            some[c] = c / 16 == first_row && random() % share == 0;
            others[c] = !some[c] && c % 16 < 3 && c / 16 % 2 == 0;
        }
        ascii_kinds kinds;
        ASSERT_TRUE(kinds.insert(some, 0x80));
        ASSERT_TRUE(kinds.insert(others, 0x0F));
        for (unsigned c = 0; c < 128; ++c) {
            EXPECT_EQ((kinds.kind_of[c] & 0x80) != 0, some[c]);
            EXPECT_EQ((kinds.kind_of[c] & 0x0F) != 0, others[c]);
            EXPECT_EQ(kinds.kind_of[c] & 0x70, 0);
            EXPECT_EQ(kinds.kind_of[c], kinds.columns[c % 16] & kinds.rows[c / 16]);
        }
    }
}

TEST(AsciiKinds, AreEnoughForTheRolesOfThisICU) {
    if (unicode::load_segmentation() == nullptr) {
        GTEST_SKIP() << "this ICU's rules are not known";
    }
    // Else all would work, in more time.
    EXPECT_TRUE(ascii_of_segments().has_value());
}

TEST(AsciiKinds, MayBeTooFew) {
    bool digits_and_capitals[128] = {};
    std::fill(digits_and_capitals + '0', digits_and_capitals + '9' + 1, true);
    std::fill(digits_and_capitals + 'A', digits_and_capitals + 'Z' + 1, true);
    EXPECT_FALSE(ascii_kinds{}.insert(digits_and_capitals, 0x30));
    EXPECT_TRUE(ascii_kinds{}.insert(digits_and_capitals, 0x70));
}

TYPED_TEST(Vectors, MoveBits) {
    std::mt19937_64 random{2};
    for (int round = 0; round < 2'000; ++round) {
        auto const places = random() & random(), from = random();
        std::uint64_t deposited = 0;
        std::vector<std::uint32_t> positions;
        int next = 0;
        for (int i = 0; i < 64; ++i) {
            if ((places >> i & 1) != 0) {
                deposited |= (from >> next++ & 1) << i;
                positions.push_back(1000 + static_cast<std::uint32_t>(i));
            }
        }
        EXPECT_EQ(TypeParam::deposit(from, places), deposited);
        std::array<std::uint32_t, 128> to{};
        auto const count = TypeParam::put_positions(places, 1000, to.data());
        ASSERT_EQ(count, std::ssize(positions));
        EXPECT_TRUE(std::equal(positions.begin(), positions.end(), to.begin()));
    }
}

} // namespace

} // namespace newsgpu::cpu
