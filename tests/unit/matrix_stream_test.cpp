#include "cpu/matrix_stream.hpp"

#include "cpu/row_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace {

using namespace newsgpu;

struct expected_matrix {
    std::vector<std::int64_t> indptr{0};
    std::vector<std::int32_t> indices;
    std::vector<std::int64_t> data;
};

/// Column 3 is dropped, others are moved by one.
std::int32_t column_of(std::uint32_t key) {
    return key == 3 ? -1 : static_cast<std::int32_t>(key) + 1;
}

TEST(MatrixStream, PutsPiecesInOrderWheneverTheyAreDone) {
    std::mt19937 random{6};
    cpu::row_sorter sorter{6};
    for (int round = 0; round < 200; ++round) {
        // [piece][row] ascending keys.
        std::vector<std::vector<std::vector<std::uint32_t>>> pieces(random() % 8);
        std::vector<std::size_t> sizes;
        expected_matrix expected;
        for (auto& rows : pieces) {
            rows.resize(random() % 4);
            sizes.push_back(0);
            for (auto& keys : rows) {
                keys.resize(random() % 9);
                std::generate(keys.begin(), keys.end(),
                              [&] { return static_cast<std::uint32_t>(random() % 6); });
                std::sort(keys.begin(), keys.end());
                sizes.back() += keys.size();
                std::int64_t size = 0;
                for (std::uint32_t key = 0; key < 6; ++key) {
                    auto const count = std::count(keys.begin(), keys.end(), key);
                    if (count > 0 && column_of(key) >= 0) {
                        expected.indices.push_back(column_of(key));
                        expected.data.push_back(count);
                        ++size;
                    }
                }
                expected.indptr.push_back(expected.indptr.back() + size);
            }
        }
        std::size_t most_entries = 0;
        for (auto const size : sizes) {
            most_entries += size;
        }
        cpu::matrix_stream<std::int64_t> stream{static_cast<std::int64_t>(expected.indptr.size()) - 1,
                                                7,
                                                static_cast<std::int64_t>(pieces.size()),
                                                most_entries,
                                                {}};
        // Opened in order, as workers take pieces, some at once; closed in any order.
        std::vector<cpu::matrix_stream<std::int64_t>::piece> open;
        std::int64_t first_row = 0;
        auto const close_one = [&] {
            auto const at = static_cast<std::ptrdiff_t>(random() % open.size());
            open[static_cast<std::size_t>(at)].close();
            open.erase(open.begin() + at);
        };
        for (std::size_t number = 0; number < pieces.size(); ++number) {
            open.push_back(stream.open(static_cast<std::int64_t>(number), first_row, sizes[number]));
            first_row += static_cast<std::int64_t>(pieces[number].size());
            for (auto const& keys : pieces[number]) {
                auto row = open.back().begin_row();
                if (random() % 2 == 0) {
                    row.count(sorter.sort_keys(keys.size(), [&](std::size_t i) { return keys[i]; }));
                } else {
                    for (auto const key : keys) {
                        row.add(key, 1);
                    }
                }
                open.back().end_row<true>(row, column_of);
            }
            while (!open.empty() && random() % 2 == 0) {
                close_one();
            }
        }
        while (!open.empty()) {
            close_one();
        }
        auto const made = stream.take();
        ASSERT_EQ(std::vector(made.indptr.begin(), made.indptr.end()), expected.indptr);
        ASSERT_EQ(std::vector(made.indices.begin(), made.indices.end()), expected.indices);
        ASSERT_EQ(std::vector(made.data.begin(), made.data.end()), expected.data);
        ASSERT_EQ(made.num_columns, 7);
    }
}

TEST(MatrixStream, WeighsRowsThatAreMovedLater) {
    std::vector<double> const idf{1, 2, 4};
    for (bool const binary : {false, true}) {
        cpu::matrix_stream<double> stream{2, 3, 2, 8, {.binary = binary, .idf = idf, .norm = row_norm::l1}};
        auto const same_column = [](std::uint32_t key) { return static_cast<std::int32_t>(key); };
        auto first = stream.open(0, 0, 4), second = stream.open(1, 1, 4);
        auto row = second.begin_row();
        row.add(1, 3);
        row.add(2, 2);
        row.add(2, 1);
        second.end_row<false>(row, same_column);
        second.close();
        row = first.begin_row();
        row.add(0, 2);
        row.add(1, 1);
        first.end_row<false>(row, same_column);
        first.close();
        auto const made = stream.take();
        EXPECT_EQ(made.indptr, (buffer<std::int64_t>{0, 2, 4}));
        EXPECT_EQ(made.indices, (buffer<std::int32_t>{0, 1, 1, 2}));
        // Weights 2 and 2, 6 and 12; binary 1 and 2, 2 and 4.
        EXPECT_EQ(made.data, binary ? (buffer<double>{1. / 3, 2. / 3, 2. / 6, 4. / 6})
                                    : (buffer<double>{2. / 4, 2. / 4, 6. / 18, 12. / 18}));
    }
}

} // namespace
