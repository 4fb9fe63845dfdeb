#pragma once

#include <newsgpu/view.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace newsgpu::cpu {

/// Union-find (Tarjan 1975) with path halving, in memory of the caller's. The smallest member is the root of
/// a set.
template <class Id>
class disjoint_sets {
public:
    /// Makes a set of each of the numbers below `parents.size()`.
    explicit disjoint_sets(view<Id> parents) : parents_{parents} {
        std::iota(parents_.begin(), parents_.end(), Id{0});
    }

    /// The root of the set that `member` is in.
    Id find(Id member) {
        while (parents_[member] != member) {
            parents_[member] = parents_[parents_[member]];
            member = parents_[member];
        }
        return member;
    }

    void unite(Id a, Id b) {
        a = find(a);
        b = find(b);
        parents_[std::max(a, b)] = std::min(a, b);
    }

private:
    view<Id> parents_;
};

} // namespace newsgpu::cpu
