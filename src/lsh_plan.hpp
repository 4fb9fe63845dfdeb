#pragma once

#include <newsgpu/near_duplicates.hpp>

#include "element/lsh.hpp"

#include <cstdint>

namespace newsgpu {

/// More minima than this cost more than an exact join.
inline constexpr std::int32_t max_minima = 4096;

/// The probability that a pair with Jaccard similarity `similarity` is found by `plan`: at least one band
/// agrees in all its rows, and at least `min_agreement` of all minima agree. Minima agree independently, each
/// with probability `similarity`.
double detection_probability(element::lsh_plan const& plan, double similarity);

/// Bands, rows and the estimate filter for pairs at `threshold` found with probability `recall` or more.
///
/// Rows are as many as a sketch of 48 minima allows, at least three if 128 suffice for that: each row more
/// divides the candidates by the background similarity of the corpus, and each minimum more costs time for
/// every shingle.
/// @throw invalid_input if more than `max_minima` would be needed.
element::lsh_plan plan_lsh(double threshold, double recall);

/// The plan for `options`, without bands where candidates come from an exact join.
/// @throw invalid_input if the threshold, n or the recall is outside its range.
element::lsh_plan plan_candidates(near_duplicate_options const& options);

} // namespace newsgpu
