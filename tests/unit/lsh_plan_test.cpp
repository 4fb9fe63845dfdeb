#include "lsh_plan.hpp"

#include <newsgpu/error.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using namespace newsgpu;

TEST(LshPlan, WithoutAFilterTheCurveIsTheKnownFormula) {
    element::lsh_plan const plan{.num_minima = 48, .bands = 10, .rows = 4};
    for (double const s : {0.1, 0.5, 0.8, 0.95, 1.0}) {
        EXPECT_NEAR(detection_probability(plan, s), 1 - std::pow(1 - std::pow(s, 4), 10), 1e-12);
    }
}

TEST(LshPlan, WithAFilterTheCurveIsWhatDrawingShows) {
    element::lsh_plan const plan{.num_minima = 16, .bands = 4, .rows = 3, .min_agreement = 11};
    constexpr double s = 0.7;
    constexpr int trials = 200'000;
    std::mt19937_64 random{3};
    std::bernoulli_distribution agrees{s};
    int found = 0;
    for (int trial = 0; trial < trials; ++trial) {
        int total = 0;
        bool some_band = false;
        for (int band = 0; band < plan.bands; ++band) {
            int in_band = 0;
            for (int row = 0; row < plan.rows; ++row) {
                in_band += agrees(random) ? 1 : 0;
            }
            total += in_band;
            some_band = some_band || in_band == plan.rows;
        }
        for (int k = plan.bands * plan.rows; k < plan.num_minima; ++k) {
            total += agrees(random) ? 1 : 0;
        }
        found += some_band && total >= plan.min_agreement ? 1 : 0;
    }
    auto const probability = detection_probability(plan, s);
    EXPECT_NEAR(static_cast<double>(found) / trials, probability,
                4 * std::sqrt(probability * (1 - probability) / trials));
}

TEST(LshPlan, EveryThresholdReachesItsRecall) {
    for (double const threshold : {0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0}) {
        for (double const recall : {0.01, 0.1, 0.3, 0.5, 0.9, 0.99, 0.999}) {
            auto const plan = plan_lsh(threshold, recall);
            EXPECT_GE(plan.expected_recall, recall);
            EXPECT_EQ(plan.num_minima % 16, 0);
            EXPECT_LE(plan.bands * plan.rows, plan.num_minima);
            // Minima of one product are in different bands, and the filter asks for no more than the mean.
            EXPECT_GE(plan.num_minima, 2 * plan.rows);
            EXPECT_LE(plan.min_agreement, plan.num_minima * threshold);
            // Pairs above the threshold are found more surely.
            EXPECT_GE(detection_probability(plan, (1 + threshold) / 2), plan.expected_recall - 1e-12);
        }
    }
}

TEST(LshPlan, ThresholdsOutOfReachAreRefused) {
    EXPECT_THROW(plan_lsh(1e-4, 0.99), invalid_input);
}

} // namespace
