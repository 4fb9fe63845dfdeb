#include "cpu/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

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
