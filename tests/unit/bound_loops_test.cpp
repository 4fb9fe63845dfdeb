#include "cpu/bound_loops.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace {

using namespace newsgpu;

// Norms are multiples of 1/16 and sums of 1/256, so every sum is exact in any order.
TEST(BoundRows, FindsTheRowsWhoseBoundReachesWhatIsAsked) {
    std::mt19937 random{5};
    auto const multiple = [&](float of) { return static_cast<float>(random() % 8) * of; };
    for (auto const level : {cpu::simd_level::baseline, cpu::simd_level::avx2, cpu::simd_level::avx512}) {
        if (level > cpu::best_simd_level()) {
            continue;
        }
        for (std::size_t const num_tiles : {1u, 2u, 5u}) {
            auto const num_rows = num_tiles * cpu::bound_tile_rows;
            std::vector<float> tiles(num_tiles * cpu::bound_tile_size);
            for (auto& norm : tiles) {
                norm = multiple(1.0f / 16);
            }
            // Some rows ask for less than some of the queries do.
            std::vector<float> leasts;
            for (std::size_t row = 0; row < num_rows; ++row) {
                leasts.push_back(2 + multiple(0.5f));
            }
            std::vector<std::vector<float>> sums(cpu::bound_queries), norms(cpu::bound_queries);
            std::vector<std::vector<cpu::bounded_row>> found(cpu::bound_queries);
            std::vector<cpu::bound_query> queries;
            for (std::size_t q = 0; q < cpu::bound_queries; ++q) {
                for (std::size_t row = 0; row < num_rows; ++row) {
                    sums[q].push_back(multiple(1.0f / 256));
                }
                // One that is no row, as behind the last of an index.
                sums[q].back() = -std::numeric_limits<float>::infinity();
                for (std::size_t group = 0; group < cpu::bound_groups; ++group) {
                    norms[q].push_back(multiple(1.0f / 16));
                }
                found[q].resize(num_rows + 1);
                // From "all of them" to "hardly any".
                auto const least = static_cast<float>(q) * 0.5f;
                queries.push_back({sums[q].data(), norms[q].data(), least, found[q].data(), 0});
            }
            cpu::bound_rows(level)(tiles.data(), num_tiles, leasts.data(), queries.data());
            for (std::size_t q = 0; q < cpu::bound_queries; ++q) {
                std::size_t next = 0;
                for (std::size_t row = 0; row < num_rows; ++row) {
                    auto bound = double{sums[q][row]};
                    for (std::size_t group = 0; group < cpu::bound_groups; ++group) {
                        bound += double{norms[q][group]} *
                                 double{tiles[row / cpu::bound_tile_rows * cpu::bound_tile_size +
                                              group * cpu::bound_tile_rows + row % cpu::bound_tile_rows]};
                    }
                    if (bound >= double{queries[q].least} || bound >= double{leasts[row]}) {
                        ASSERT_LT(next, queries[q].num_found);
                        EXPECT_EQ(found[q][next].row, row);
                        EXPECT_EQ(double{found[q][next].bound}, bound);
                        ++next;
                    }
                }
                EXPECT_EQ(next, queries[q].num_found) << cpu::name_of(level);
            }
        }
    }
}

} // namespace
