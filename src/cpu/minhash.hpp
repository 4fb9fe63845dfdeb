#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "cpu/kernels.hpp"
#include "element/minhash.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace newsgpu::cpu {

/// Takes the minima of one set after another. One per thread.
class sketcher {
public:
    /// @param num_minima a multiple of `element::minima_group`.
    sketcher(std::uint64_t seed, std::int64_t num_minima)
        : multipliers_(static_cast<std::size_t>(num_minima / 2)),
          minima_(static_cast<std::size_t>(num_minima)) {
        for (std::size_t k = 0; k < multipliers_.size(); ++k) {
            multipliers_[k] = element::permutation_multiplier(seed, static_cast<std::int64_t>(k));
        }
    }

    /// Forgets the set before.
    void start() { std::fill(minima_.begin(), minima_.end(), element::no_minimum); }

    /// Adds shingles to the set, of which the lower halves are all that counts; a shingle may come more than
    /// once.
    void add(view<std::uint32_t const> shingles) {
        kernels_->update_minima(shingles.data(), shingles.size(), multipliers_.data(),
                                static_cast<std::int64_t>(minima_.size()), minima_.data());
    }
    void add(view<std::uint64_t const> shingles) {
        std::uint32_t halves[512];
        while (!shingles.empty()) {
            auto const count = std::min<std::int64_t>(shingles.size(), std::size(halves));
            std::transform(shingles.begin(), shingles.begin() + count, halves,
                           [](std::uint64_t shingle) { return static_cast<std::uint32_t>(shingle); });
            add(view<std::uint32_t const>{halves, count});
            shingles = shingles.subview(count, shingles.size() - count);
        }
    }

    view<std::uint32_t const> minima() const { return minima_; }

private:
    kernels const* kernels_ = &kernels_in_use();
    buffer<std::uint32_t> multipliers_, minima_;
};

} // namespace newsgpu::cpu
