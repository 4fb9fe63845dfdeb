#pragma once

#include "cuda/collectives.cuh"
#include "cuda/search.cuh"

#include <newsgpu/view.hpp>

#include "element/shingle.hpp"

#include <cstdint>

// What shingles are made of, as kernels see it. `Units` gives the hash of a unit: `units[u]`.

namespace newsgpu::cuda {

/// Code points as units.
struct hashed_characters {
    view<std::uint32_t const> code_points;
    std::uint64_t seed;

    __device__ std::uint64_t operator[](std::int64_t u) const {
        return element::hash_code_point(seed, std::uint64_t{code_points[u]});
    }
    __host__ __device__ std::int64_t size() const { return code_points.size(); }
    __device__ hashed_characters subview(std::int64_t first, std::int64_t count) const {
        return {code_points.subview(first, count), seed};
    }
};

/// Which units are a document's: those from `begins[doc]` to `places[doc + 1]`. Places ascend and begin with
/// 0; what lies between a document's place and where it begins is of no document.
struct unit_ranges {
    view<std::int64_t const> begins; ///< [D]
    view<std::int64_t const> places; ///< [D + 1]

    __host__ __device__ std::int64_t num_documents() const { return begins.size(); }
    __device__ std::int64_t end_of(std::int64_t doc) const { return places[doc + 1]; }
    __device__ std::int64_t size_of(std::int64_t doc) const { return end_of(doc) - begins[doc]; }

    /// The last of documents `first` to `last` whose place is not behind unit `u`.
    __device__ std::int64_t document_at(std::int64_t u, std::int64_t first, std::int64_t last) const {
        return range_of(places, u, first, last);
    }
};

/// How units become shingles. A kernel's parameter, so that the multipliers lie in the constant cache.
struct shingle_rule {
    std::uint64_t seed;
    std::int32_t n;
    std::uint64_t multipliers[element::max_shingle_units];
};

inline shingle_rule make_shingle_rule(std::uint64_t seed, int n) {
    shingle_rule rule{seed, n, {}};
    for (int j = 0; j < n; ++j) {
        rule.multipliers[j] = element::shingle_multiplier(seed, j);
    }
    return rule;
}

/// The hash of the shingle of `units[from]` and those behind it, of a document with `num_units` units: n of
/// them, or all that there are.
template <class Units>
__device__ std::uint64_t shingle_at(Units const& units, std::int64_t from, std::int64_t num_units,
                                    shingle_rule const& rule) {
    auto const count = num_units < rule.n ? num_units : rule.n;
    auto sum = num_units < rule.n ? element::combine(rule.seed, static_cast<std::uint64_t>(num_units)) : 0;
    for (std::int64_t j = 0; j < count; ++j) {
        sum += units[from + j] * rule.multipliers[j];
    }
    return element::finish_shingle(sum);
}

} // namespace newsgpu::cuda
