#include "cpu/shingle_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace newsgpu;

/// Every shingle is looked for from the same slot on.
struct one_hash_of_shingles {
    std::uint64_t of(std::uint64_t) const { return ~std::uint64_t{0}; }
};

using shingles = std::vector<std::uint64_t>;

/// Documents one after another, held against sets.
template <class Table>
void compare_all(std::vector<shingles> const& documents, std::vector<int> const& leaders,
                 std::int64_t expected_shingles, std::size_t shingles_a_call) {
    Table table;
    table.start(expected_shingles);
    std::vector<std::set<std::uint64_t>> of_leader(static_cast<std::size_t>(Table::max_leaders));
    std::set<int> known;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        table.begin_document(leaders[d]);
        for (std::size_t i = 0; i < documents[d].size(); i += shingles_a_call) {
            table.add({documents[d].data() + i,
                       static_cast<std::int64_t>(std::min(shingles_a_call, documents[d].size() - i))});
        }
        std::set<std::uint64_t> const own(documents[d].begin(), documents[d].end());
        ASSERT_EQ(table.size(), std::ssize(own)) << "document " << d;
        for (auto const leader : known) {
            auto const& other = of_leader[static_cast<std::size_t>(leader)];
            ASSERT_EQ(table.count_common(leader),
                      std::count_if(own.begin(), own.end(),
                                    [&](std::uint64_t shingle) { return other.contains(shingle); }))
                << "document " << d << ", leader " << leader;
        }
        if (leaders[d] != Table::no_leader) {
            of_leader[static_cast<std::size_t>(leaders[d])] = own;
            known.insert(leaders[d]);
        }
    }
}

template <class Table>
class ShingleTable : public testing::Test {};
using Tables = testing::Types<cpu::shingle_table, cpu::basic_shingle_table<one_hash_of_shingles>>;
TYPED_TEST_SUITE(ShingleTable, Tables);

TYPED_TEST(ShingleTable, CountsAsSetsDo) {
    std::mt19937_64 random{1};
    for (int trial = 0; trial < 200; ++trial) {
        // Sizes around those of the blocks in which shingles are added, and values of which many repeat.
        std::vector<std::size_t> const sizes{0, 1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300};
        auto const range = 1 + random() % 400;
        std::vector<shingles> documents(1 + random() % 40);
        std::vector<int> leaders;
        int next_leader = 0;
        for (auto& document : documents) {
            document.resize(sizes[random() % sizes.size()]);
            for (auto& shingle : document) {
                shingle = random() % range; // the shingle 0 among them
            }
            bool const leads = next_leader < TypeParam::max_leaders && random() % 3 > 0;
            leaders.push_back(leads ? next_leader++ : TypeParam::no_leader);
        }
        // What was expected is no bound: a table grows.
        compare_all<TypeParam>(documents, leaders, static_cast<std::int64_t>(random() % 200),
                               1 + random() % 100);
    }
}

TYPED_TEST(ShingleTable, AllLeadersAreTold) {
    std::vector<shingles> documents;
    std::vector<int> leaders;
    for (int leader = 0; leader < TypeParam::max_leaders; ++leader) {
        documents.push_back({0, static_cast<std::uint64_t>(leader), 1'000});
        leaders.push_back(leader);
    }
    documents.push_back({0, 5, 31, 1'000, 2'000});
    leaders.push_back(TypeParam::no_leader);
    compare_all<TypeParam>(documents, leaders, 3, 100);
}

TYPED_TEST(ShingleTable, DocumentsThatLeadNothingMakeRoomForOthers) {
    std::vector<shingles> documents{{1, 2, 3}};
    std::vector<int> leaders{0};
    for (std::uint64_t d = 1; d < 400; ++d) {
        shingles own;
        for (std::uint64_t i = 0; i < 50; ++i) {
            own.push_back(1'000 * d + i);
        }
        own.push_back(d % 5);
        own.insert(own.end(), own.begin(), own.begin() + 51); // repeats, on both sides of making room
        documents.push_back(own);
        leaders.push_back(TypeParam::no_leader);
    }
    compare_all<TypeParam>(documents, leaders, 3, 7);
}

TYPED_TEST(ShingleTable, CanBeUsedAgain) {
    TypeParam table;
    for (std::uint64_t const size : {500, 3, 0, 90}) {
        table.start(static_cast<std::int64_t>(size));
        shingles own(size);
        std::iota(own.begin(), own.end(), 0);
        table.begin_document(0);
        table.add(own);
        EXPECT_EQ(table.size(), std::ssize(own));
        table.begin_document(TypeParam::no_leader);
        table.add(own);
        EXPECT_EQ(table.count_common(0), std::ssize(own));
    }
}

// Shingles chosen by who knows all but the secret: quadratic time would be hours.
TEST(ShingleTableTime, NoPatternOfShinglesIsSlow) {
    constexpr std::uint64_t many = 1 << 20;
    for (int const shift : {0, 16, 32, 40, 44}) {
        shingles own;
        for (std::uint64_t i = 0; i < many; ++i) {
            own.push_back(i << shift);
        }
        std::set<std::uint64_t> const distinct(own.begin(), own.end());
        cpu::shingle_table table;
        table.start(0);
        table.begin_document(0);
        table.add(own);
        EXPECT_EQ(table.size(), std::ssize(distinct));
    }
}

} // namespace
