#include "cpu/parallel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
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

/// Has `threads` threads run a piece each, which wait for each other; returns how many of them had run one
/// before.
int run_on_all(int threads) {
    thread_local bool ran_before = false;
    std::atomic<int> there = 0, known = 0;
    for_each_piece("test", threads, {device::cpu(), threads}, [&](std::int64_t, cpu::worker&) {
        known += ran_before;
        ran_before = true;
        for (++there; there < threads;) {
            std::this_thread::yield();
        }
    });
    return known;
}

TEST(Parallel, ThreadsServeOneCallAfterAnother) {
    // Where the machine stands still for a second in between, they have ended.
    int most = 0;
    for (int round = 0; round < 10 && most < 6; ++round) {
        run_on_all(4);
        most = std::max(most, run_on_all(6));
        EXPECT_LE(most, 6);
    }
    EXPECT_EQ(most, 6);
}

TEST(Parallel, ThreadsThatNobodyWantsEnd) {
    run_on_all(4);
    std::this_thread::sleep_for(std::chrono::milliseconds{1500});
    EXPECT_LE(run_on_all(4), 1) << "the caller itself";
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
