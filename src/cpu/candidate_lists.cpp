#include "cpu/candidate_lists.hpp"

#include "cpu/bound_loops.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace newsgpu::cpu {

namespace {

std::vector<float> margins_of(cosine_index const& index) {
    std::vector<float> margins;
    for (std::uint32_t row = 0; row < index.num_rows(); ++row) {
        // Sums of m products of rounded weights and of the products of the groups' norms, altogether about 1.
        auto const num_products = static_cast<std::size_t>(index.row(row).size()) + bound_groups + 16;
        margins.push_back(std::numeric_limits<float>::epsilon() * static_cast<float>(num_products));
    }
    return margins;
}

} // namespace

candidate_lists::candidate_lists(std::size_t top, std::vector<float> margins)
    : top_{top}, margins_{std::move(margins)}, leasts_(margins_.size()), lists_(margins_.size()),
      locks_(num_locks) {}

candidate_lists::candidate_lists(cosine_index const& index, std::size_t top, double threshold)
    : candidate_lists{top, margins_of(index)} {
    for (std::size_t row = 0; row < margins_.size(); ++row) {
        leasts_[row] = static_cast<float>(threshold) - 2 * margins_[row];
    }
}

candidate_lists candidate_lists::emptied() const {
    candidate_lists copy{top_, margins_};
    for (std::uint32_t row = 0; row < leasts_.size(); ++row) {
        copy.leasts_[row] = least(row);
    }
    return copy;
}

void candidate_lists::demand(std::uint32_t row, float score) {
    // Two margins: this score and that of a row that is compared with it may both be off.
    auto const now = score - 2 * margins_[row];
    if (now > least(row)) {
        leasts_[row].store(now, std::memory_order_relaxed);
    }
}

bool candidate_lists::offer(std::uint32_t row, candidate const& other) {
    std::lock_guard const held{locks_[row % num_locks]};
    auto& [candidates, best] = lists_[row];
    candidates.push_back(other);
    if (best.size() < top_) {
        best.push_back(other.score);
        std::push_heap(best.begin(), best.end(), std::greater<>{});
    } else if (other.score > best.front()) {
        std::pop_heap(best.begin(), best.end(), std::greater<>{});
        best.back() = other.score;
        std::push_heap(best.begin(), best.end(), std::greater<>{});
    }
    if (best.size() == top_) {
        demand(row, best.front());
    }
    auto const crowd = 8 * std::max<std::size_t>(top_, 8);
    if (candidates.size() < crowd) {
        return false;
    }
    std::erase_if(candidates, [&](candidate const& each) { return each.score < least(row); });
    // Half as many come before the next look at all of them.
    return candidates.size() > crowd / 2;
}

void candidate_lists::keep_nearest(std::vector<ranked>& all, std::vector<candidate>& kept) const {
    auto const count = std::min(all.size(), top_);
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                     [](ranked const& a, ranked const& b) { return a.near < b.near; });
    kept.clear();
    for (std::size_t i = 0; i < count; ++i) {
        kept.push_back({all[i].score, all[i].near.row});
    }
}

} // namespace newsgpu::cpu
