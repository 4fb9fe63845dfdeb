#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "cpu/kernels.hpp"
#include "element/minhash.hpp"

#include <algorithm>
#include <cstdint>

namespace newsgpu::cpu {

/// Takes the minima of one set after another. One per thread.
class sketcher {
public:
    /// @param num_minima a multiple of `element::minima_group`.
    sketcher(std::uint64_t seed, std::int64_t num_minima)
        : multipliers_(static_cast<std::size_t>(num_minima)), minima_(multipliers_.size()) {
        for (std::size_t k = 0; k < multipliers_.size(); ++k) {
            multipliers_[k] = element::make_permutation(seed, static_cast<std::int64_t>(k)).multiplier;
        }
    }

    /// Forgets the set before.
    void start() { std::fill(minima_.begin(), minima_.end(), element::no_minimum); }

    /// Adds shingles to the set; a shingle may come more than once.
    void add(view<std::uint64_t const> shingles) {
        kernels_in_use().update_minima(shingles.data(), shingles.size(), multipliers_.data(),
                                       static_cast<std::int64_t>(minima_.size()), minima_.data());
    }

    view<std::uint32_t const> minima() const { return minima_; }

private:
    buffer<std::uint32_t> multipliers_, minima_;
};

} // namespace newsgpu::cpu
