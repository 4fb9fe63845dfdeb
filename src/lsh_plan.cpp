#include "lsh_plan.hpp"

#include <newsgpu/error.hpp>

#include "element/shingle.hpp"
#include "require.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace newsgpu {

namespace {

using element::minima_group;

/// Coefficient x: the probability of x successes in two independent experiments.
std::vector<double> convolve(std::vector<double> const& a, std::vector<double> const& b) {
    std::vector<double> product(a.size() + b.size() - 1, 0.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            product[i + j] += a[i] * b[j];
        }
    }
    return product;
}

std::vector<double> power(std::vector<double> base, std::int32_t exponent) {
    std::vector<double> result{1.0};
    while (exponent > 0) {
        if (exponent % 2 == 1) {
            result = convolve(result, base);
        }
        exponent /= 2;
        if (exponent > 0) {
            base = convolve(base, base);
        }
    }
    return result;
}

double sum_from(std::vector<double> const& distribution, std::int32_t first) {
    double sum = 0;
    for (auto x = static_cast<std::size_t>(first); x < distribution.size(); ++x) {
        sum += distribution[x];
    }
    return sum;
}

struct agreement {
    /// [x] the probability that x minima agree.
    std::vector<double> any;
    /// [x] the probability that x minima agree and no band agrees in all its rows.
    std::vector<double> without_band;
};

agreement agreement_of(element::lsh_plan const& plan, double similarity) {
    std::vector<double> const one{1 - similarity, similarity};
    auto const free_minima = plan.num_minima - plan.bands * plan.rows;
    auto broken_band = power(one, plan.rows);
    broken_band.back() = 0;
    return {power(one, plan.num_minima), convolve(power(broken_band, plan.bands), power(one, free_minima))};
}

double detection(agreement const& odds, std::int32_t min_agreement) {
    return sum_from(odds.any, min_agreement) - sum_from(odds.without_band, min_agreement);
}

/// The plan with `rows` rows, 0 bands if it would need too many minima.
element::lsh_plan plan_rows(double threshold, double recall, std::int32_t rows) {
    // Nearly a third of what may be missed is left to the estimate filter.
    constexpr double filter_share = 0.3;
    auto const bands_miss = (1 - recall) * (1 - filter_share);
    auto const agree = std::pow(threshold, rows);
    auto const needed = agree >= 1 ? 1 : std::ceil(std::log(bands_miss) / std::log1p(-agree));
    if (!(needed * rows <= max_minima)) {
        return {};
    }
    element::lsh_plan plan;
    plan.rows = rows;
    plan.bands = static_cast<std::int32_t>(needed);
    // Room for two bands at least: minima that share a product (element::make_permutation) lie half of all
    // minima apart, thus never in one band.
    auto const wanted = std::max(plan.bands, 2) * rows;
    plan.num_minima = (wanted + minima_group - 1) / minima_group * minima_group;
    auto const odds = agreement_of(plan, threshold);
    // Minima that share a product agree together less often than independent ones: never less often than the
    // odds say for a band, but also more seldom above the mean.
    while (plan.min_agreement + 1 <= plan.num_minima * threshold &&
           detection(odds, plan.min_agreement + 1) >= recall) {
        ++plan.min_agreement;
    }
    plan.expected_recall = detection(odds, plan.min_agreement);
    return plan;
}

} // namespace

double detection_probability(element::lsh_plan const& plan, double similarity) {
    return detection(agreement_of(plan, similarity), plan.min_agreement);
}

element::lsh_plan plan_lsh(double threshold, double recall) {
    constexpr std::int32_t usual_minima = 48;
    constexpr std::int32_t many_minima = 128;
    constexpr std::int32_t least_rows = 3;
    constexpr std::int32_t most_rows = 16;
    auto plan = plan_rows(threshold, recall, 1);
    if (plan.bands == 0) {
        throw invalid_input{"threshold " + shown(threshold) + " with recall " + shown(recall) +
                            " would need more than " + std::to_string(max_minima) +
                            " minima; use method 'exact', a higher threshold or a lower recall"};
    }
    for (std::int32_t rows = 2; rows <= most_rows; ++rows) {
        auto const longer = plan_rows(threshold, recall, rows);
        if (longer.bands == 0 || longer.num_minima > (rows <= least_rows ? many_minima : usual_minima)) {
            break;
        }
        plan = longer;
    }
    return plan;
}

element::lsh_plan plan_candidates(near_duplicate_options const& options) {
    // Written so that NaN fails too.
    if (!(options.threshold > 0 && options.threshold <= 1)) {
        throw invalid_input{"threshold must be above 0 and at most 1, got " + shown(options.threshold)};
    }
    require_between("n", options.n, 1, element::max_shingle_units);
    bool const is_exact = options.method == duplicate_method::exact;
    if (!(options.recall > 0 && (options.recall < 1 || (is_exact && options.recall == 1)))) {
        throw invalid_input{"recall must be above 0 and below 1 (method 'exact' finds every pair), got " +
                            shown(options.recall)};
    }
    // MinHash estimates Jaccard, which may be next to nothing where containment is 1.
    if (is_exact || options.similarity == set_similarity::containment) {
        return {};
    }
    return plan_lsh(options.threshold, options.recall);
}

} // namespace newsgpu
