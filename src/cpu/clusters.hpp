#pragma once

#include <newsgpu/near_duplicates.hpp>

#include <cstdint>
#include <utility>

namespace newsgpu::cpu {

/// Which of two documents is rather kept: the one with the smaller rank, of equal ranks the smaller document.
class keep_order {
public:
    /// @param ranks [D], or empty where input order is all that counts.
    explicit keep_order(buffer<double> ranks) : ranks_{std::move(ranks)} {}

    bool operator()(std::int64_t a, std::int64_t b) const {
        if (!ranks_.empty()) {
            auto const rank_a = ranks_[static_cast<std::size_t>(a)];
            auto const rank_b = ranks_[static_cast<std::size_t>(b)];
            if (rank_a != rank_b) {
                return rank_a < rank_b;
            }
        }
        return a < b;
    }

private:
    buffer<double> ranks_;
};

/// Groups of copies: who stands for them, and which member is kept.
struct copy_groups {
    /// [D] the first document of the group.
    buffer<std::int64_t> first;
    /// [D] at the first document of a group: the member that is rather kept than the others.
    buffer<std::int64_t> best;
};

copy_groups make_copy_groups(buffer<std::int64_t> const& copy_of, keep_order const& order);

/// First documents of groups, in the order in which their best members are kept.
buffer<std::int64_t> groups_in_order(copy_groups const& groups, keep_order const& order);

/// Neighbours of documents, from pairs: those of `doc` are `neighbours[offsets[doc], offsets[doc + 1])`,
/// ascending.
struct neighbour_lists {
    struct neighbour {
        std::int64_t doc;
        double similarity;
    };
    buffer<std::size_t> offsets;
    buffer<neighbour> neighbours;

    neighbour_lists(duplicate_pairs const& pairs, std::int64_t num_documents);

    view<neighbour const> of(std::int64_t doc) const {
        auto const d = static_cast<std::size_t>(doc);
        return {neighbours.data() + offsets[d], static_cast<std::int64_t>(offsets[d + 1] - offsets[d])};
    }
};

/// [D] at the first document of every group, that of the group whose best member is its keeper; `pairs` are
/// between first documents. In keep order, a group goes to the first keeper it makes a pair with, and becomes
/// one if there is none.
buffer<std::int64_t> assign_keepers(copy_groups const& groups, keep_order const& order,
                                    duplicate_pairs const& pairs);

/// The same with the best group of the connected component as keeper.
buffer<std::int64_t> assign_components(copy_groups const& groups, keep_order const& order,
                                       duplicate_pairs const& pairs);

} // namespace newsgpu::cpu
