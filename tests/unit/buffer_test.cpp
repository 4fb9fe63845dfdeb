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

/// Restores what is kept when a test ends.
struct kept_while {
    explicit kept_while(std::size_t bytes) { keep_memory(bytes); }
    ~kept_while() { keep_memory(kept_memory); }
};

/// Writes to one page of a large buffer, and tells whether the next one finds it there: memory that is new to
/// the process holds zeros. The system may take what is kept, so there are three tries.
bool is_kept(std::size_t bytes) {
    auto const at = bytes / 2;
    for (int tries = 0; tries < 3; ++tries) {
        {
            buffer<char> gone(bytes);
            gone[at] = 7;
        }
        if (buffer<char> const next(bytes); next[at] == 7) {
            return true;
        }
    }
    return false;
}

TEST(Buffer, KeepsAsMuchMemoryAsIsAskedFor) {
    if (!detail::keeps_large_blocks()) {
        GTEST_SKIP() << "a sanitizer's allocator keeps nothing";
    }
    auto const more = kept_memory + detail::large_bytes;
    EXPECT_TRUE(is_kept(kept_memory));
    EXPECT_FALSE(is_kept(more));
    {
        kept_while const largely{2 * more};
        EXPECT_TRUE(is_kept(more));
        EXPECT_TRUE(is_kept(2 * more));
        EXPECT_FALSE(is_kept(2 * more + 1));
    }
    {
        kept_while const nothing{0};
        EXPECT_FALSE(is_kept(detail::large_bytes));
    }
    EXPECT_TRUE(is_kept(detail::large_bytes));
}

TEST(Buffer, GivesBackAtOnceWhatIsKeptNoLonger) {
    if (!detail::keeps_large_blocks()) {
        GTEST_SKIP() << "a sanitizer's allocator keeps nothing";
    }
    auto const bytes = 4 * detail::large_bytes;
    {
        buffer<char> gone(bytes);
        gone.assign(bytes, 7);
    }
    keep_memory(0);
    keep_memory(kept_memory);
    buffer<char> const next(bytes);
    EXPECT_EQ(std::count(next.begin(), next.end(), 7), 0);
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
