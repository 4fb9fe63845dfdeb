#include "cpu/pair_spool.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <set>

namespace {

using namespace newsgpu;
using cpu::packed_pair;

/// Pairs among few documents, so that many come more than once.
std::vector<packed_pair> draw_pairs(std::mt19937_64& random, std::size_t count) {
    std::vector<packed_pair> pairs(count);
    for (auto& pair : pairs) {
        pair = cpu::pack(static_cast<std::uint32_t>(random() % 50),
                         50 + static_cast<std::uint32_t>(random() % 400));
    }
    return pairs;
}

class PairSpool : public testing::TestWithParam<std::tuple<std::size_t, std::int64_t>> {};

TEST_P(PairSpool, GivesEachPairOnceInAscendingOrder) {
    auto const [count, memory_bytes] = GetParam();
    std::mt19937_64 random{count};
    auto const pairs = draw_pairs(random, count);
    cpu::pair_spool spool{450, memory_bytes};
    buffer<packed_pair> batch;
    for (std::size_t i = 0; i < count; ++i) {
        batch.push_back(pairs[i]);
        if (random() % 100 == 0) {
            spool.add(batch);
            EXPECT_TRUE(batch.empty());
        }
    }
    spool.add(batch);
    std::vector<packed_pair> taken;
    for (auto some = spool.take(); !some.empty(); some = spool.take()) {
        taken.insert(taken.end(), some.begin(), some.end());
    }
    std::set<packed_pair> const expected(pairs.begin(), pairs.end());
    EXPECT_EQ(taken, std::vector<packed_pair>(expected.begin(), expected.end()));
    EXPECT_TRUE(spool.take().empty());
}

INSTANTIATE_TEST_SUITE_P(SizesAndMemories, PairSpool,
                         testing::Combine(testing::Values(0U, 1U, 1'023U, 1'024U, 1'025U, 5'000U, 60'000U),
                                          testing::Values(0, 1, 100'000, 10'000'000)));

TEST(SpillFile, HoldsWhatWasWritten) {
    cpu::spill_file file;
    std::vector<int> values(100'000);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<int>(i * i % 1'000'003);
    }
    auto const bytes = static_cast<std::int64_t>(values.size() * sizeof(int));
    file.write(bytes / 2, values.data() + values.size() / 2, bytes / 2);
    file.write(0, values.data(), bytes / 2);
    std::vector<int> read(values.size());
    file.read(0, read.data(), bytes);
    EXPECT_EQ(read, values);
    cpu::spill_mapping const mapping{file, bytes};
    auto const* mapped = static_cast<int const*>(mapping.data());
    EXPECT_TRUE(std::equal(values.begin(), values.end(), mapped));
    mapping.forget();
    EXPECT_TRUE(std::equal(values.begin(), values.end(), mapped));
    EXPECT_THROW(file.read(bytes, read.data(), 1), std::filesystem::filesystem_error);
}

} // namespace
