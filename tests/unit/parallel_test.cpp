#include "cpu/parallel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace newsgpu;
using cpu::for_each_piece;

TEST(Parallel, EveryPieceRunsOnce) {
    for (int const threads : {1, 2, 7}) {
        std::vector<std::atomic<int>> runs(1000);
        for_each_piece("test", 1000, {device::cpu(), threads}, [&](std::int64_t piece, cpu::worker& self) {
            EXPECT_LT(self.id(), threads);
            ++runs[static_cast<std::size_t>(piece)];
        });
        for (auto const& count : runs) {
            EXPECT_EQ(count, 1);
        }
    }
}

TEST(Parallel, TheFirstFailureReachesTheCaller) {
    for (int const threads : {1, 4}) {
        std::atomic<int> runs = 0;
        EXPECT_THROW(for_each_piece("test", 100'000, {device::cpu(), threads},
                                    [&](std::int64_t piece, cpu::worker&) {
                                        ++runs;
                                        if (piece == 10) {
                                            throw std::logic_error{"piece 10"};
                                        }
                                        std::this_thread::sleep_for(std::chrono::microseconds{10});
                                    }),
                     std::logic_error);
        EXPECT_LT(runs, 100'000);
    }
}

TEST(Parallel, TheMonitorStopsEndlessPieces) {
    struct impatient : monitor {
        void poll(char const* stage, double) override { throw std::runtime_error{stage}; }
    };
    for (int const threads : {1, 3}) {
        impatient watch;
        EXPECT_THROW(for_each_piece("endless", 3, {device::cpu(), threads, &watch},
                                    [](std::int64_t, cpu::worker& self) {
                                        for (;;) {
                                            self.checkpoint();
                                        }
                                    }),
                     std::runtime_error);
    }
}

/// The threads that run `threads` pieces, which wait for each other.
std::set<std::thread::id> ids_of_threads(int threads) {
    std::vector<std::thread::id> ids(static_cast<std::size_t>(threads));
    std::atomic<int> there = 0;
    for_each_piece("test", threads, {device::cpu(), threads}, [&](std::int64_t, cpu::worker& self) {
        ids[static_cast<std::size_t>(self.id())] = std::this_thread::get_id();
        for (++there; there < threads;) {
            std::this_thread::yield();
        }
    });
    return {ids.begin(), ids.end()};
}

TEST(Parallel, ThreadsServeOneCallAfterAnother) {
    auto const first = ids_of_threads(4);
    EXPECT_EQ(first.size(), 4U);
    EXPECT_EQ(ids_of_threads(4), first);
    auto const more = ids_of_threads(6);
    EXPECT_TRUE(std::includes(more.begin(), more.end(), first.begin(), first.end()));
}

TEST(Parallel, CallersAndPiecesCallAtOnce) {
    std::atomic<int> runs = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int i = 0; i < 100; ++i) {
                for_each_piece("outer", 3, {device::cpu(), 3}, [&](std::int64_t, cpu::worker&) {
                    for_each_piece("inner", 2, {device::cpu(), 2},
                                   [&](std::int64_t, cpu::worker&) { ++runs; });
                });
            }
        });
    }
    for (auto& caller : callers) {
        caller.join();
    }
    EXPECT_EQ(runs, 4 * 100 * 3 * 2);
}

TEST(Parallel, ThreadsThatNobodyWantsEnd) {
    auto const first = ids_of_threads(3);
    std::this_thread::sleep_for(std::chrono::milliseconds{1500});
    // They may have the same ids as before; that they run at all is what is asked for.
    EXPECT_EQ(ids_of_threads(3).size(), 3U);
    EXPECT_EQ(first.size(), 3U);
}

TEST(Parallel, RangesCoverTheCorpusWhateverItsShape) {
    string_column column;
    for (int i = 0; i < 100'000; ++i) {
        column.push_back(i % 1000 == 0 ? std::string(10'000, 'x') : "");
    }
    std::int64_t next = 0;
    for (auto const [first, last] : cpu::document_ranges(column, 50'000)) {
        EXPECT_EQ(first, next);
        EXPECT_LT(first, last);
        next = last;
    }
    EXPECT_EQ(next, column.size());
}

} // namespace
