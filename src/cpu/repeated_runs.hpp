#pragma once

#include <newsgpu/execution.hpp>
#include <newsgpu/view.hpp>

#include "token_numbers.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Where runs of n tokens lie that two documents or more have.
struct repeated_runs {
    /// Places of run r: `positions[offsets[r], offsets[r + 1])`, ascending token numbers of the corpus.
    buffer<std::int64_t> positions;
    std::vector<std::size_t> offsets{0};

    std::int64_t size() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    view<std::int64_t const> operator[](std::int64_t r) const {
        auto const first = offsets[static_cast<std::size_t>(r)];
        auto const last = offsets[static_cast<std::size_t>(r) + 1];
        return {positions.data() + first, static_cast<std::int64_t>(last - first)};
    }
};

/// In no particular order of runs. Hashes only bring places together; tokens decide.
/// @param hash_mask the bits of a hash that are looked at: for tests, which make different runs collide.
repeated_runs find_repeated_runs(token_numbers const& numbers, std::int64_t n, execution const& run,
                                 std::uint64_t hash_mask = ~std::uint64_t{0});

/// The same of runs whose hash occurs more than once, ascending.
repeated_runs group_repeated_runs(token_numbers const& numbers, std::int64_t n,
                                  buffer<hashed_run> const& repeated, execution const& run);

} // namespace newsgpu::cpu
