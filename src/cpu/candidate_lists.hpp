#pragma once

#include "cpu/cosine_index.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace newsgpu::cpu {

struct neighbour {
    double similarity;
    std::uint32_t row;

    /// Nearest first; equal similarities by row.
    friend bool operator<(neighbour const& a, neighbour const& b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.row < b.row;
    }
};

/// For each row the rows that may be among its `top` nearest. Any worker may offer any row another one: once
/// all pairs have been offered, the nearest are among what is left, whatever the order was.
class candidate_lists {
public:
    struct candidate {
        float score;
        std::uint32_t row;
    };

    /// Pairs that are less similar than `threshold` are of no interest.
    candidate_lists(cosine_index const& index, std::size_t top, double threshold);

    /// Empty lists of rows that demand as much as these do by now.
    candidate_lists emptied() const;

    /// What sums of the products of a row's weights with another's may be off by.
    float margin(std::uint32_t row) const { return margins_[row]; }

    /// A row whose score is less is none of the nearest. It only rises; late news costs time, no result.
    float least(std::uint32_t row) const { return leasts_[row].load(std::memory_order_relaxed); }

    /// `top` other rows have this score, or a better one.
    void demand(std::uint32_t row, float score);

    /// Whether the list is crowded now: many rows are as near as one another, and only `settle` tells them
    /// apart.
    bool offer(std::uint32_t row, candidate const& other);

    /// Keeps the `top` nearest of the list alone, by `similarity(row)` and then by row.
    template <class Similarity>
    void settle(std::uint32_t row, Similarity const& similarity) {
        std::lock_guard const held{locks_[row % num_locks]};
        auto& candidates = lists_[row].candidates;
        std::vector<ranked> all;
        for (auto const& each : candidates) {
            all.push_back({{similarity(each.row), each.row}, each.score});
        }
        keep_nearest(all, candidates);
    }

    /// Not while rows are offered.
    std::vector<candidate> const& of(std::uint32_t row) const { return lists_[row].candidates; }

private:
    struct list {
        std::vector<candidate> candidates;
        std::vector<float> best; ///< the best scores, a heap with the least in front
    };
    struct ranked {
        neighbour near;
        float score;
    };
    static constexpr std::size_t num_locks = 256;

    candidate_lists(std::size_t top, std::vector<float> margins);

    void keep_nearest(std::vector<ranked>& all, std::vector<candidate>& kept) const;

    std::size_t top_;
    std::vector<float> margins_;
    std::vector<std::atomic<float>> leasts_;
    std::vector<list> lists_;
    std::vector<std::mutex> locks_;
};

} // namespace newsgpu::cpu
