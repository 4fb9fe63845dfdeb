#include "cpu/radix_sort.hpp"
#include "cpu/row_accumulator.hpp"
#include "cpu/sorted_union.hpp"
#include "cpu/text_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>

namespace {

using namespace newsgpu;

TEST(RadixSort, SortsStablyWhateverTheSizeAndTheBits) {
    std::mt19937_64 random{7};
    struct record {
        std::uint64_t key;
        std::size_t position;
        bool operator==(record const&) const = default;
    };
    for (std::size_t const size : {0u, 1u, 2u, 511u, 512u, 513u, 5000u}) {
        for (std::uint64_t const mask : {0ull, 0x7ull, 0xFF00'0000'0000'00FFull, ~0ull}) {
            std::vector<record> records;
            for (std::size_t i = 0; i < size; ++i) {
                records.push_back({random() & mask, i});
            }
            auto expected = records;
            std::stable_sort(expected.begin(), expected.end(),
                             [](record const& a, record const& b) { return a.key < b.key; });
            cpu::radix_sort(records, [](record const& r) { return r.key; });
            EXPECT_EQ(records, expected) << size << " records, mask " << mask;
        }
    }
}

TEST(SortedUnion, HoldsEveryItemOnceAndKnowsWhereItWent) {
    std::mt19937 random{7};
    for (std::size_t const num_lists : {0u, 1u, 2u, 5u}) {
        for (std::size_t const size : {0u, 1u, 100u, 70'000u}) {
            std::vector<std::vector<std::uint32_t>> lists(num_lists);
            std::set<std::uint32_t> all;
            for (std::size_t list = 0; list < num_lists; ++list) {
                std::set<std::uint32_t> items;
                for (std::size_t i = 0; i < size / (list + 1); ++i) {
                    items.insert(static_cast<std::uint32_t>(random() % (2 * size)));
                }
                lists[list].assign(items.begin(), items.end());
                all.insert(items.begin(), items.end());
            }
            auto const merged = cpu::sorted_union(lists, std::less<>{}, {device::cpu(), 3});
            ASSERT_TRUE(std::equal(merged.items.begin(), merged.items.end(), all.begin(), all.end()));
            for (std::size_t list = 0; list < num_lists; ++list) {
                for (std::size_t i = 0; i < lists[list].size(); ++i) {
                    ASSERT_EQ(merged.items[merged.ranks[list][i]], lists[list][i]);
                }
            }
        }
    }
}

/// Distinct texts that begin alike, end in NULs, and are longer and shorter than an item holds.
std::vector<std::string> texts_alike(std::size_t count) {
    std::mt19937 random{5};
    std::set<std::string> made;
    while (made.size() < count) {
        std::string text(random() % 20, 'a');
        for (auto& byte : text) {
            byte = "aab\0\xFF"[random() % 5];
        }
        made.insert(text);
    }
    std::vector<std::string> shuffled(made.begin(), made.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    return shuffled;
}

TEST(TextOrder, IsThatOfTheBytes) {
    for (std::size_t const count : {0u, 1u, 2u, 100u, 3000u}) {
        auto const texts = texts_alike(count);
        buffer<std::uint32_t> numbers(texts.size());
        std::iota(numbers.begin(), numbers.end(), 0u);
        auto const items =
            cpu::sorted_texts(numbers, [&](std::uint32_t i) { return std::string_view{texts[i]}; });
        auto const column = cpu::texts_of(items);
        auto expected = texts;
        std::sort(expected.begin(), expected.end());
        ASSERT_EQ(column.size(), std::ssize(expected));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_EQ(column[static_cast<std::int64_t>(i)], expected[i]);
            EXPECT_EQ(texts[items[i].number()], expected[i]);
        }
    }
}

TEST(RowAccumulator, AddsUpByKeyInAscendingOrder) {
    std::mt19937 random{7};
    // The last is over the size that is kept densely.
    for (std::uint64_t const num_keys : {1ull, 63ull, 64ull, 65ull, 4096ull, 300'000ull, (1ull << 24) + 1}) {
        cpu::row_accumulator<std::int64_t> row{num_keys};
        for (int rows = 0; rows < 20; ++rows) {
            std::map<std::uint32_t, std::int64_t> expected;
            for (int i = 0; i < 10 * rows; ++i) {
                auto const key =
                    static_cast<std::uint32_t>(random() % std::min<std::uint64_t>(num_keys, 50'000));
                auto const value = static_cast<std::int64_t>(random() % 7) - 3;
                row.add(key, value);
                expected[key] += value;
            }
            row.add(static_cast<std::uint32_t>(num_keys - 1), 1);
            expected[static_cast<std::uint32_t>(num_keys - 1)] += 1;
            std::vector<std::pair<std::uint32_t const, std::int64_t>> found;
            row.drain([&](std::uint32_t key, std::int64_t sum) { found.emplace_back(key, sum); });
            EXPECT_TRUE(std::equal(found.begin(), found.end(), expected.begin(), expected.end()));
        }
        row.drain([](std::uint32_t, std::int64_t) { FAIL() << "a row is empty after it was read"; });
    }
}

} // namespace
