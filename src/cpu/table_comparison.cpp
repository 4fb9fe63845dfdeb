#include "cpu/table_comparison.hpp"

#include "cpu/disjoint_sets.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace newsgpu::cpu {

namespace {

/// Pairs, by their places, with those of one component of the graph that they make one after another.
class component_order {
public:
    /// Of pairs that fit a table.
    component_order(buffer<packed_pair> const& pairs, std::int64_t num_documents, std::int64_t max_shingles,
                    view<std::uint32_t const> most_shingles) {
        buffer<std::uint32_t> parents(pairs.empty() ? 0 : index(num_documents));
        disjoint_sets<std::uint32_t> components{parents};
        auto const for_each_fitting = [&](auto visit) {
            for (std::size_t p = 0; p < pairs.size(); ++p) {
                if (fit_table(pairs[p], max_shingles, most_shingles)) {
                    visit(p);
                }
            }
        };
        std::size_t num_fitting = 0;
        for_each_fitting([&](std::size_t p) {
            components.unite(left_of(pairs[p]), right_of(pairs[p]));
            ++num_fitting;
        });
        order_.reserve(num_fitting);
        for_each_fitting([&](std::size_t p) {
            order_.push_back(pack(components.find(left_of(pairs[p])), static_cast<std::uint32_t>(p)));
        });
        sort_pairs(order_, num_documents);
    }

    std::size_t size() const { return order_.size(); }
    std::uint32_t component(std::size_t i) const { return left_of(order_[i]); }
    std::uint32_t place(std::size_t i) const { return right_of(order_[i]); }

private:
    buffer<packed_pair> order_; ///< (the component's first document, place)
};

/// Pairs that one table compares: their left documents are its leaders.
struct table_load {
    std::size_t first, last; ///< in the order
};

std::vector<table_load> make_loads(component_order const& order, buffer<packed_pair> const& pairs,
                                   std::int64_t max_shingles, view<std::uint32_t const> most_shingles) {
    std::vector<table_load> loads;
    std::int64_t led = 0;     // shingles of the leaders
    std::int64_t largest = 0; // of the other documents
    int num_leaders = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const pair = pairs[order.place(i)];
        bool const is_new = i == 0 || left_of(pair) != left_of(pairs[order.place(i - 1)]);
        std::int64_t const left = is_new ? most_shingles[left_of(pair)] : 0;
        std::int64_t const right = most_shingles[right_of(pair)];
        if (i == 0 || order.component(i) != order.component(i - 1) ||
            num_leaders + is_new > shingle_table::max_leaders ||
            led + left + std::max(largest, right) > max_shingles) {
            loads.push_back({i, i});
            led = largest = num_leaders = 0;
        }
        loads.back().last = i + 1;
        if (led == 0 || is_new) {
            led += most_shingles[left_of(pair)];
            ++num_leaders;
        }
        largest = std::max(largest, right);
    }
    return loads;
}

/// Compares the pairs of one load after another. One per thread.
class table_comparison {
public:
    table_comparison(unit_documents corpus, shingle_options const& how, buffer<packed_pair> const& pairs,
                     component_order const& order, similarity_goal const& goal,
                     view<std::uint32_t const> most_shingles, buffer<double>& similarities)
        : corpus_{corpus}, pairs_{pairs}, order_{order}, goal_{goal}, most_shingles_{most_shingles},
          similarities_{similarities}, shingler_{how} {}

    void compare(table_load const& load, worker& self) {
        list_documents(load);
        constexpr auto nobody = std::numeric_limits<std::uint32_t>::max();
        table_.start(most_shingles_[leaders_.front()]);
        std::size_t leader = 0;
        // In ascending order, so that the left document of a pair is read before the right one.
        for (std::size_t at = 0; at < meetings_.size();) {
            auto const next_leader = leader < leaders_.size() ? leaders_[leader] : nobody;
            auto const doc = std::min(next_leader, meetings_[at].doc);
            table_.begin_document(doc == next_leader ? static_cast<int>(leader) : shingle_table::no_leader);
            shingler_.read_shingles(corpus_[doc], self,
                                    [this](view<std::uint64_t const> shingles) { table_.add(shingles); });
            for (; at < meetings_.size() && meetings_[at].doc == doc; ++at) {
                auto const& met = meetings_[at];
                auto const similarity = goal_.similarity(leader_sizes_[met.leader], table_.size(),
                                                         table_.count_common(static_cast<int>(met.leader)));
                similarities_[met.place] = similarity >= goal_.threshold ? similarity : 0;
            }
            if (doc == next_leader) {
                leader_sizes_[leader++] = table_.size();
            }
        }
    }

private:
    /// A document and a leader that it is compared with.
    struct meeting {
        std::uint32_t doc, leader, place;
    };

    void list_documents(table_load const& load) {
        leaders_.clear();
        meetings_.clear();
        for (auto i = load.first; i < load.last; ++i) {
            auto const pair = pairs_[order_.place(i)];
            if (leaders_.empty() || leaders_.back() != left_of(pair)) {
                leaders_.push_back(left_of(pair));
            }
            meetings_.push_back(
                {right_of(pair), static_cast<std::uint32_t>(leaders_.size() - 1), order_.place(i)});
        }
        std::sort(meetings_.begin(), meetings_.end(), [](meeting const& a, meeting const& b) {
            return a.doc != b.doc ? a.doc < b.doc : a.leader < b.leader;
        });
    }

    unit_documents corpus_;
    buffer<packed_pair> const& pairs_;
    component_order const& order_;
    similarity_goal const& goal_;
    view<std::uint32_t const> most_shingles_;
    buffer<double>& similarities_;
    shingler shingler_;
    shingle_table table_;
    std::vector<std::uint32_t> leaders_; ///< ascending
    std::array<std::int64_t, shingle_table::max_leaders> leader_sizes_{};
    std::vector<meeting> meetings_;
};

} // namespace

void verify_by_tables(unit_documents corpus, shingle_options const& how, buffer<packed_pair> const& pairs,
                      similarity_goal const& goal, execution const& run, std::int64_t max_shingles,
                      view<std::uint32_t const> most_shingles, buffer<double>& similarities) {
    component_order const order{pairs, corpus.size(), max_shingles, most_shingles};
    auto const loads = make_loads(order, pairs, max_shingles, most_shingles);
    constexpr std::int64_t loads_a_piece = 32;
    per_worker<table_comparison> comparisons{run};
    for_each_slice("comparing", std::ssize(loads), loads_a_piece, run, [&](slice const& some, worker& self) {
        auto& mine = comparisons.get(self, corpus, how, pairs, order, goal, most_shingles, similarities);
        for (auto i = some.first; i < some.last; ++i) {
            self.checkpoint();
            mine.compare(loads[index(i)], self);
        }
    });
}

} // namespace newsgpu::cpu
