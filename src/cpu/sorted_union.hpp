#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/parallel.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// The distinct items of several sorted lists, in order, and where each list's items went.
template <class List>
struct union_of_lists {
    List items;
    /// [list][i]: the position of `lists[list][i]` in `items`.
    std::vector<buffer<std::uint32_t>> ranks;
};

/// Merges vectors without repeats, each sorted by `less`. Items that are equal are one. The order is cut at
/// items of the longest list, and the parts are merged in parallel.
template <class List, class Less>
union_of_lists<List> sorted_union(std::vector<List> lists, Less less, execution const& run) {
    union_of_lists<List> made;
    made.ranks.resize(lists.size());
    for (std::size_t list = 0; list < lists.size(); ++list) {
        made.ranks[list].resize(lists[list].size());
    }
    if (lists.size() == 1) {
        for (std::size_t i = 0; i < lists[0].size(); ++i) {
            made.ranks[0][i] = static_cast<std::uint32_t>(i);
        }
        made.items = std::move(lists[0]);
        return made;
    }
    auto const longest = std::max_element(lists.begin(), lists.end(),
                                          [](auto const& a, auto const& b) { return a.size() < b.size(); });
    if (longest == lists.end() || longest->empty()) {
        return made;
    }
    // bounds[part][list]: where a part begins in a list.
    constexpr std::size_t items_a_part = std::size_t{1} << 15;
    auto const parts = longest->size() / items_a_part + 1;
    std::vector<std::vector<std::size_t>> bounds(parts + 1, std::vector<std::size_t>(lists.size(), 0));
    for (std::size_t list = 0; list < lists.size(); ++list) {
        for (std::size_t part = 1; part < parts; ++part) {
            auto const& cut = (*longest)[longest->size() / parts * part];
            bounds[part][list] = static_cast<std::size_t>(
                std::lower_bound(lists[list].begin(), lists[list].end(), cut, less) - lists[list].begin());
        }
        bounds[parts][list] = lists[list].size();
    }
    std::vector<List> merged(parts);
    for_each_piece("merging terms", static_cast<std::int64_t>(parts), run, [&](std::int64_t piece, worker&) {
        auto const part = static_cast<std::size_t>(piece);
        List both;
        for (std::size_t list = 0; list < lists.size(); ++list) {
            auto const at = [&](std::size_t bound) {
                return lists[list].begin() + static_cast<std::ptrdiff_t>(bounds[bound][list]);
            };
            both.clear();
            std::set_union(merged[part].begin(), merged[part].end(), at(part), at(part + 1),
                           std::back_inserter(both), less);
            merged[part].swap(both);
        }
    });
    std::vector<std::size_t> starts(parts + 1, 0);
    for (std::size_t part = 0; part < parts; ++part) {
        starts[part + 1] = starts[part] + merged[part].size();
    }
    made.items.resize(starts[parts]);
    for_each_piece("merging terms", static_cast<std::int64_t>(parts), run, [&](std::int64_t piece, worker&) {
        auto const part = static_cast<std::size_t>(piece);
        std::copy(merged[part].begin(), merged[part].end(),
                  made.items.begin() + static_cast<std::ptrdiff_t>(starts[part]));
        for (std::size_t list = 0; list < lists.size(); ++list) {
            std::size_t rank = 0;
            for (auto i = bounds[part][list]; i < bounds[part + 1][list]; ++i) {
                while (less(merged[part][rank], lists[list][i])) {
                    ++rank;
                }
                made.ranks[list][i] = static_cast<std::uint32_t>(starts[part] + rank);
            }
        }
    });
    return made;
}

} // namespace newsgpu::cpu
