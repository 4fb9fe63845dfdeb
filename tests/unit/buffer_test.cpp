#include <newsgpu/buffer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

namespace newsgpu {

namespace {

/// Buffers come and go, in sizes around those at which memory is kept for the next; none may share memory
/// with another that lives.
void fill_and_check(std::uint32_t seed) {
    std::mt19937 random{seed};
    std::vector<buffer<std::uint32_t>> live(6);
    for (std::uint32_t round = 0; round < 60; ++round) {
        auto& slot = live[random() % live.size()];
        auto const pages = random() % 4;
        auto const size = pages * detail::large_bytes / sizeof(std::uint32_t) + random() % 3 - 1;
        slot = {};
        slot.resize(pages == 0 ? random() % 100 : size);
        std::fill(slot.begin(), slot.end(), seed * 1000 + round);
        for (auto const& each : live) {
            ASSERT_TRUE(std::all_of(each.begin(), each.end(), [&](auto x) { return x == each.front(); }));
        }
    }
}

} // namespace

TEST(Buffer, KeepsWhatIsWrittenWhileOthersComeAndGo) {
    fill_and_check(1);
}

TEST(Buffer, KeepsWhatThreadsWrite) {
    std::vector<std::thread> threads;
    for (std::uint32_t seed = 2; seed < 5; ++seed) {
        threads.emplace_back(fill_and_check, seed);
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

TEST(Buffer, ComesInWholePagesThatAreUsedAgain) {
    auto const mapped = [] {
        buffer<char> made(3 * detail::large_bytes + 1);
        auto const at = reinterpret_cast<std::uintptr_t>(made.data());
        EXPECT_EQ(at % detail::large_bytes, 0u);
        return at;
    };
    auto const first = mapped(), second = mapped();
    if (detail::keeps_large_blocks()) {
        EXPECT_EQ(first, second);
    }
}

TEST(Buffer, RefusesMoreThanThereIs) {
    if (!detail::keeps_large_blocks()) {
        GTEST_SKIP() << "a sanitizer's allocator ends the program instead";
    }
    buffer<char> made;
    EXPECT_THROW(made.resize(static_cast<std::size_t>(-1) / 4), std::bad_alloc);
    EXPECT_EQ(made.size(), 0u);
}

} // namespace newsgpu
