#include "cpu/vector_baseline.hpp"
#include "cpu/vector_sse2.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
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
    ascii_sets<5> sets;
    for (int c = 0; c < 128; ++c) {
        for (int k = 0; k < 5; ++k) {
            if (random() % 2 == 0) {
                sets.insert(c, k);
            }
        }
    }
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
        auto const members = TypeParam::members(sets, bytes);
        for (int k = 0; k < 5; ++k) {
            EXPECT_EQ(members.of[k] & ascii, mask_of(a, [&](auto byte) {
                          return byte < 0x80 && (sets.sets_of[byte % 128] >> k & 1) != 0;
                      }));
        }
        auto const found = stored<TypeParam>(TypeParam::look_up_128(table.data(), bytes));
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_TRUE((ascii >> i & 1) == 0 || found[i] == looked_up_128[i]) << i;
        }
    }
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
