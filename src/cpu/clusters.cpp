#include "cpu/clusters.hpp"

#include "cpu/disjoint_sets.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <numeric>

namespace newsgpu::cpu {

copy_groups make_copy_groups(buffer<std::int64_t> const& copy_of, keep_order const& order) {
    copy_groups groups{copy_of, copy_of};
    for (std::int64_t doc = 0; doc < std::ssize(copy_of); ++doc) {
        auto& best = groups.best[index(copy_of[index(doc)])];
        if (order(doc, best)) {
            best = doc;
        }
    }
    return groups;
}

buffer<std::int64_t> groups_in_order(copy_groups const& groups, keep_order const& order) {
    buffer<std::int64_t> firsts;
    firsts.reserve(groups.first.size());
    for (std::int64_t doc = 0; doc < std::ssize(groups.first); ++doc) {
        if (groups.first[index(doc)] == doc) {
            firsts.push_back(doc);
        }
    }
    auto const before = [&](std::int64_t a, std::int64_t b) {
        return order(groups.best[index(a)], groups.best[index(b)]);
    };
    // As they are in input order, mostly.
    if (!std::is_sorted(firsts.begin(), firsts.end(), before)) {
        std::sort(firsts.begin(), firsts.end(), before);
    }
    return firsts;
}

neighbour_lists::neighbour_lists(duplicate_pairs const& pairs, std::int64_t num_documents)
    : offsets(index(num_documents) + 1, 0), neighbours(2 * index(pairs.size())) {
    for (std::size_t p = 0; p < pairs.left.size(); ++p) {
        ++offsets[index(pairs.left[p]) + 1];
        ++offsets[index(pairs.right[p]) + 1];
    }
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    auto next = offsets;
    // Pairs are in order of (left, right): the smaller neighbours of a document come first if rights are
    // placed first.
    for (std::size_t p = 0; p < pairs.left.size(); ++p) {
        neighbours[next[index(pairs.right[p])]++] = {pairs.left[p], pairs.similarity[p]};
    }
    for (std::size_t p = 0; p < pairs.left.size(); ++p) {
        neighbours[next[index(pairs.left[p])]++] = {pairs.right[p], pairs.similarity[p]};
    }
}

buffer<std::int64_t> assign_keepers(copy_groups const& groups, keep_order const& order,
                                    duplicate_pairs const& pairs) {
    constexpr std::int64_t undecided = -1;
    neighbour_lists const lists{pairs, std::ssize(groups.first)};
    buffer<std::int64_t> keeper(groups.first.size(), undecided);
    for (auto const group : groups_in_order(groups, order)) {
        auto best = group;
        for (auto const& [other, similarity] : lists.of(group)) {
            auto const is_keeper = keeper[index(other)] == other;
            if (is_keeper && (best == group || order(groups.best[index(other)], groups.best[index(best)]))) {
                best = other;
            }
        }
        keeper[index(group)] = best;
    }
    return keeper;
}

buffer<std::int64_t> assign_components(copy_groups const& groups, keep_order const& order,
                                       duplicate_pairs const& pairs) {
    auto const num_documents = std::ssize(groups.first);
    buffer<std::int64_t> parents(groups.first.size());
    disjoint_sets<std::int64_t> sets{parents};
    for (std::size_t p = 0; p < pairs.left.size(); ++p) {
        sets.unite(pairs.left[p], pairs.right[p]);
    }
    auto keeper = groups.first;
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        if (groups.first[index(doc)] == doc) {
            auto& best = keeper[index(sets.find(doc))];
            if (order(groups.best[index(doc)], groups.best[index(best)])) {
                best = doc;
            }
        }
    }
    for (std::int64_t doc = num_documents; doc-- > 0;) {
        if (groups.first[index(doc)] == doc) {
            keeper[index(doc)] = keeper[index(sets.find(doc))];
        }
    }
    return keeper;
}

} // namespace newsgpu::cpu
