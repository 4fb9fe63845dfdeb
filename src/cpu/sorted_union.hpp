#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/parallel.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
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

namespace detail {

/// Merges two sorted lists without repeats; notes the position of every item. Which of two lists goes on is
/// hard to foretell, so no branch depends on it.
template <class Iterator, class List, class Less>
void merge_two(Iterator a, Iterator a_end, Iterator b, Iterator b_end, Less less, List& merged,
               std::uint32_t* a_ranks, std::uint32_t* b_ranks) {
    merged.resize(static_cast<std::size_t>((a_end - a) + (b_end - b)));
    auto next = merged.begin();
    auto const position = [&] { return static_cast<std::uint32_t>(next - merged.begin()); };
    while (a != a_end && b != b_end) {
        bool const takes_a = !less(*b, *a), takes_b = !less(*a, *b);
        *a_ranks = *b_ranks = position();
        *next++ = takes_a ? *a : *b;
        a += takes_a;
        a_ranks += takes_a;
        b += takes_b;
        b_ranks += takes_b;
    }
    for (; a != a_end; ++a) {
        *a_ranks++ = position();
        *next++ = *a;
    }
    for (; b != b_end; ++b) {
        *b_ranks++ = position();
        *next++ = *b;
    }
    merged.resize(position());
}

} // namespace detail

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
    constexpr std::size_t items_a_part = std::size_t{1} << 12;
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
        auto const begin_of = [&](std::size_t list) {
            return lists[list].begin() + static_cast<std::ptrdiff_t>(bounds[part][list]);
        };
        auto const end_of = [&](std::size_t list) {
            return lists[list].begin() + static_cast<std::ptrdiff_t>(bounds[part + 1][list]);
        };
        auto const ranks_of = [&](std::size_t list) { return made.ranks[list].data() + bounds[part][list]; };
        auto& so_far = merged[part];
        so_far.assign(begin_of(0), end_of(0));
        std::iota(ranks_of(0), ranks_of(0) + so_far.size(), 0u);
        List both;
        buffer<std::uint32_t> moved;
        for (std::size_t list = 1; list < lists.size(); ++list) {
            moved.resize(so_far.size());
            detail::merge_two(so_far.begin(), so_far.end(), begin_of(list), end_of(list), less, both,
                              moved.data(), ranks_of(list));
            for (std::size_t earlier = 0; earlier < list; ++earlier) {
                std::transform(ranks_of(earlier), ranks_of(earlier) + (end_of(earlier) - begin_of(earlier)),
                               ranks_of(earlier), [&](std::uint32_t rank) { return moved[rank]; });
            }
            so_far.swap(both);
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
            for (auto i = bounds[part][list]; i < bounds[part + 1][list]; ++i) {
                made.ranks[list][i] += static_cast<std::uint32_t>(starts[part]);
            }
        }
    });
    return made;
}

} // namespace newsgpu::cpu
