#include "cpu/row_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace {

using namespace newsgpu;

std::vector<cpu::simd_level> levels() {
    std::vector<cpu::simd_level> found;
    for (auto const level : {cpu::simd_level::baseline, cpu::simd_level::avx2, cpu::simd_level::avx512}) {
        if (level <= cpu::best_simd_level()) {
            found.push_back(level);
        }
    }
    return found;
}

TEST(SortingNetwork, SortsRowsOfEveryLength) {
    std::mt19937 random{3};
    for (auto const level : levels()) {
        auto& sort = cpu::sorting_network(level);
        for (std::size_t size = 0; size < 1200; size += size < 600 ? 1 : 37) {
            // Few distinct numbers now and then, and the largest, which also pads registers.
            auto const mask = size % 3 == 0 ? 0x7u : 0xFFFF'FFFFu;
            std::vector<std::uint32_t> values(size + cpu::sort_padding);
            std::generate(values.begin(), values.end(),
                          [&] { return static_cast<std::uint32_t>(random()) & mask; });
            if (size > 0) {
                values[size / 2] = 0xFFFF'FFFF;
            }
            auto expected = values;
            expected.resize(size);
            std::sort(expected.begin(), expected.end());
            sort(values.data(), static_cast<std::int64_t>(size));
            values.resize(size);
            ASSERT_EQ(values, expected) << cpu::name_of(level) << ", " << size << " numbers";
        }
    }
}

TEST(RowSorter, OrdersEntriesByKeyThenPayload) {
    using entry = std::pair<std::uint32_t, std::uint32_t>;
    std::mt19937 random{4};
    // Keys and payloads that share 32 bits and that do not; networks and radix sorts.
    for (std::uint64_t const num_keys : {1ull, 3ull, 1000ull, 1ull << 20, 1ull << 32}) {
        for (std::uint32_t const most : {1u, 3000u, 0xFFFF'FFFFu}) {
            cpu::row_sorter sorter{num_keys};
            for (std::size_t const size : {0u, 1u, 17u, 300u, 9000u, 40u}) {
                std::vector<entry> entries(size);
                for (auto& [key, payload] : entries) {
                    key = static_cast<std::uint32_t>(random() % num_keys);
                    payload = static_cast<std::uint32_t>(random()) % most;
                }
                std::vector<entry> sorted;
                sorter.sort(
                    size,
                    [&](std::size_t i) {
                        return cpu::row_sorter::entry{entries[i].first, entries[i].second};
                    },
                    [&](std::uint32_t key, std::uint32_t payload) { sorted.emplace_back(key, payload); });
                std::sort(entries.begin(), entries.end());
                ASSERT_EQ(sorted, entries) << size << " entries of " << num_keys << " keys";
            }
        }
    }
}

TEST(RowSorter, FindsRunsOfKeys) {
    std::mt19937 random{6};
    for (auto const level : levels()) {
        cpu::override_simd_level(level);
        cpu::row_sorter sorter{1u << 31};
        for (std::size_t size = 0; size < 100; ++size) {
            for (auto const num_keys : {1u, 2u, 40u, 0xFFFF'FFFFu}) {
                std::vector<std::uint32_t> keys(size);
                std::map<std::uint32_t, std::uint32_t> expected;
                for (auto& key : keys) {
                    key = 0xFFFF'FFFF - static_cast<std::uint32_t>(random()) % num_keys;
                    ++expected[key];
                }
                auto const runs = sorter.sort_keys(size, [&](std::size_t i) { return keys[i]; });
                std::map<std::uint32_t, std::uint32_t> found;
                for (std::size_t i = 0; i < runs.size; ++i) {
                    found[runs.key(i)] = runs.length(i);
                }
                ASSERT_EQ(runs.size, expected.size()) << cpu::name_of(level) << ", " << size << " keys";
                ASSERT_EQ(found, expected) << cpu::name_of(level) << ", " << size << " keys";
            }
        }
    }
    cpu::override_simd_level({});
}

TEST(RowSorter, OrdersListsAsTheirEntries) {
    using entry = std::pair<std::uint32_t, std::uint32_t>;
    std::mt19937 random{5};
    for (std::uint64_t const num_keys : {1ull, 1000ull, 1ull << 20, 1ull << 32}) {
        for (std::uint32_t const most : {1u, 3000u, 0xFFFF'FFFFu}) {
            cpu::row_sorter sorter{num_keys};
            for (std::size_t const num_lists : {0u, 1u, 20u, 900u}) {
                std::vector<std::vector<std::uint32_t>> keys(num_lists);
                std::vector<cpu::row_sorter::list> lists;
                std::vector<entry> entries, sorted;
                for (auto& each : keys) {
                    each.resize(random() % 30);
                    auto const payload = static_cast<std::uint32_t>(random()) % most;
                    for (auto& key : each) {
                        key = static_cast<std::uint32_t>(random() % num_keys);
                        entries.emplace_back(key, payload);
                    }
                    auto const size = static_cast<std::int64_t>(each.size());
                    each.resize(each.size() + cpu::list_padding, 0xFFFF'FFFF);
                    lists.push_back({{each.data(), size}, payload});
                }
                sorter.sort(entries.size(), lists, [&](std::uint32_t key, std::uint32_t payload) {
                    sorted.emplace_back(key, payload);
                });
                std::sort(entries.begin(), entries.end());
                ASSERT_EQ(sorted, entries) << num_lists << " lists of " << num_keys << " keys";
            }
        }
    }
}

} // namespace
