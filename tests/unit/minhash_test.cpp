#include "cpu/minhash.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

using namespace newsgpu;

struct error {
    double bias;       ///< mean of estimate - truth
    double bias_error; ///< its standard error in theory
    double rmse_ratio; ///< RMSE by sqrt(J (1 - J) / k)
};

/// Estimates J of random sets A and B with |A u B| = n, |A n B| = J n.
error measure(std::int64_t n, double wanted, int trials) {
    constexpr int num_minima = 64;
    std::mt19937_64 random{static_cast<std::uint64_t>(n * 100) + static_cast<std::uint64_t>(wanted * 100)};
    auto const common = std::llround(wanted * static_cast<double>(n));
    auto const truth = static_cast<double>(common) / static_cast<double>(n);
    cpu::sketcher a{7, num_minima};
    cpu::sketcher b{7, num_minima};
    double sum = 0;
    double squares = 0;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<std::uint64_t> in_a;
        std::vector<std::uint64_t> in_b;
        for (std::int64_t i = 0; i < n; ++i) {
            auto const shingle = random();
            if (i < common || i % 2 == 0) {
                in_a.push_back(shingle);
            }
            if (i < common || i % 2 == 1) {
                in_b.push_back(shingle);
            }
        }
        a.start();
        b.start();
        a.add(in_a);
        b.add(in_b);
        int agree = 0;
        for (std::int64_t k = 0; k < num_minima; ++k) {
            agree += a.minima()[k] == b.minima()[k] ? 1 : 0;
        }
        auto const deviation = static_cast<double>(agree) / num_minima - truth;
        sum += deviation;
        squares += deviation * deviation;
    }
    auto const theory = std::sqrt(truth * (1 - truth) / num_minima);
    return {sum / trials, theory / std::sqrt(trials), std::sqrt(squares / trials) / theory};
}

TEST(MinHash, EstimatesAreUnbiasedAndAsExactAsTheorySays) {
    for (std::int64_t const n : {2, 10, 100, 1'000, 10'000, 100'000}) {
        for (double const similarity : {0.1, 0.5, 0.8, 0.95}) {
            auto const common = std::llround(similarity * static_cast<double>(n));
            if (common == 0 || common == n) {
                continue;
            }
            int const trials = n <= 100 ? 4'000 : n <= 1'000 ? 1'000 : n <= 10'000 ? 200 : 40;
            auto const [bias, bias_error, ratio] = measure(n, similarity, trials);
            EXPECT_LT(std::abs(bias), 3 * bias_error) << n << " shingles at " << similarity;
            // The RMSE of m trials is itself known to about 1 / sqrt(2 m).
            EXPECT_LT(ratio, 1.05 + 3 / std::sqrt(2.0 * trials)) << n << " shingles at " << similarity;
        }
    }
}

TEST(MinHash, EqualSetsAgreeAndEmptyOnesHaveNoMinimum) {
    cpu::sketcher sketch{0, 32};
    sketch.start();
    for (auto const minimum : sketch.minima()) {
        EXPECT_EQ(minimum, element::no_minimum);
    }
    std::vector<std::uint32_t> const some{5, 3, 8};
    std::vector<std::uint32_t> const again{8, 8, 3, 5, 3};
    sketch.add(some);
    std::vector<std::uint32_t> const first(sketch.minima().begin(), sketch.minima().end());
    sketch.start();
    sketch.add(again);
    EXPECT_EQ(first, std::vector<std::uint32_t>(sketch.minima().begin(), sketch.minima().end()));
}

TEST(MinHash, PermutationsArePermutations) {
    // Odd multipliers are invertible modulo 2^32; on sixteen low bits the map must be one to one as well.
    auto const permutation = element::make_permutation(3, 5, 8);
    std::vector<bool> met(1 << 16, false);
    for (std::uint32_t x = 0; x < met.size(); ++x) {
        auto const low = permutation(x) & 0xFFFF;
        EXPECT_FALSE(met[low]);
        met[low] = true;
    }
}

} // namespace
