#include "cpu/spread_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace {

using newsgpu::view;

void expect_as_std(std::vector<std::uint64_t> const& values, std::vector<std::uint64_t> const& wanted) {
    for (auto const sought : wanted) {
        auto const found = newsgpu::cpu::lower_bound_spread(view<std::uint64_t const>{values}, sought,
                                                            [](std::uint64_t value) { return value; });
        EXPECT_EQ(found, std::lower_bound(values.begin(), values.end(), sought) - values.begin())
            << values.size() << " values, " << sought;
    }
}

std::vector<std::uint64_t> around(std::vector<std::uint64_t> const& values) {
    std::vector<std::uint64_t> wanted{0, 1, ~std::uint64_t{0}, std::uint64_t{1} << 63};
    for (auto const value : values) {
        wanted.insert(wanted.end(), {value - 1, value, value + 1});
    }
    return wanted;
}

TEST(SpreadSearch, FindsTheFirstPlaceWhateverTheSpread) {
    std::mt19937_64 random{1};
    for (std::size_t const size : {0, 1, 2, 3, 4, 5, 8, 9, 31, 100, 5000}) {
        // Even, all low, all high, few different ones, all equal.
        for (int spread = 0; spread < 5; ++spread) {
            std::vector<std::uint64_t> values(size);
            for (auto& value : values) {
                auto const drawn = random();
                value = spread == 0   ? drawn
                        : spread == 1 ? drawn >> 40
                        : spread == 2 ? ~(drawn >> 40)
                        : spread == 3 ? (drawn % 3) << 62
                                      : 7;
            }
            std::sort(values.begin(), values.end());
            expect_as_std(values, around(values));
        }
    }
}

TEST(SpreadSearch, StaysInsideValuesOutOfOrder) {
    std::mt19937_64 random{2};
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::uint64_t> values(random() % 200);
        for (auto& value : values) {
            value = random() >> random() % 64;
        }
        auto const found = newsgpu::cpu::lower_bound_spread(view<std::uint64_t const>{values}, random(),
                                                            [](std::uint64_t value) { return value; });
        EXPECT_GE(found, 0);
        EXPECT_LE(found, std::ssize(values));
    }
}

} // namespace
