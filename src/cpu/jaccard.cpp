#include "cpu/jaccard.hpp"

#include "cpu/disjoint_sets.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/table_comparison.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace newsgpu::cpu {

namespace {

/// The shingle sets of some documents, made in parallel.
class shingle_sets {
public:
    /// @param room how many members the set of each document may have at the most.
    shingle_sets(unit_documents corpus, shingle_options const& how,
                 std::vector<std::uint32_t> const& documents, std::vector<std::int64_t> const& room,
                 per_worker<shingler>& shinglers, execution const& run)
        : sets_(documents.size()) {
        constexpr std::int64_t documents_a_piece = 16;
        std::vector<std::int64_t> begins(documents.size() + 1, 0);
        std::partial_sum(room.begin(), room.end(), begins.begin() + 1);
        members_.resize(index(begins.back()));
        for_each_slice("reading candidates", std::ssize(documents), documents_a_piece, run,
                       [&](slice const& some, worker& self) {
                           auto& reader = shinglers.get(self, how);
                           for (auto i = index(some.first); i < index(some.last); ++i) {
                               auto const set = reader.read_set(corpus[documents[i]], self);
                               auto* const to = members_.data() + begins[i];
                               std::copy(set.begin(), set.end(), to);
                               sets_[i] = {to, set.size()};
                           }
                       });
    }

    shingle_set operator[](std::size_t i) const { return sets_[i]; }

private:
    /// One block: what is given back page by page has to be cleared again.
    buffer<std::uint64_t> members_;
    std::vector<shingle_set> sets_;
};

constexpr std::uint32_t no_slot = 0xFFFF'FFFF;

/// Some pairs, by their places in an order, and the documents in them.
struct round {
    std::size_t first, last;
    std::vector<std::uint32_t> documents;
    /// How many members their sets may have at the most.
    std::vector<std::int64_t> room;
};

/// Cuts pairs into rounds whose documents' sets fit `set_bytes`.
class round_planner {
public:
    round_planner(unit_documents corpus, buffer<packed_pair> const& pairs, std::int64_t set_bytes,
                  view<std::uint32_t const> most_shingles)
        : pairs_{pairs}, set_bytes_{set_bytes}, most_shingles_{most_shingles},
          slots_(pairs.empty() ? 0 : static_cast<std::size_t>(corpus.size()), no_slot) {
        auto const all = take_from(0);
        release(all);
        if (all.last < pairs.size()) {
            order_by_component();
        }
    }

    /// The next pairs from a place in the order on, whose documents get slots in the order of `documents`.
    round take_from(std::size_t first) {
        round taken{first, first, {}, {}};
        std::int64_t bytes = 0;
        auto const add = [&](std::uint32_t doc) {
            if (slots_[doc] == no_slot) {
                slots_[doc] = static_cast<std::uint32_t>(taken.documents.size());
                taken.documents.push_back(doc);
                taken.room.push_back(most_members(doc));
                bytes += taken.room.back() * static_cast<std::int64_t>(sizeof(std::uint64_t));
            }
        };
        while (taken.last < pairs_.size() && (taken.last == first || bytes < set_bytes_)) {
            auto const pair = pairs_[pair_at(taken.last)];
            add(left_of(pair));
            add(right_of(pair));
            ++taken.last;
        }
        return taken;
    }

    void release(round const& taken) {
        for (auto const doc : taken.documents) {
            slots_[doc] = no_slot;
        }
    }

    std::size_t pair_at(std::size_t place) const { return order_.empty() ? place : order_[place]; }
    std::size_t slot_of(std::uint32_t doc) const { return slots_[doc]; }

private:
    std::int64_t most_members(std::uint32_t doc) const { return std::int64_t{most_shingles_[doc]}; }

    /// Pairs of one component after another: a document is then in one round, not in one for each of its
    /// neighbours.
    void order_by_component() {
        // The slots are free meanwhile.
        disjoint_sets<std::uint32_t> sets{slots_};
        for (auto const pair : pairs_) {
            sets.unite(left_of(pair), right_of(pair));
        }
        order_.resize(pairs_.size());
        std::iota(order_.begin(), order_.end(), 0U);
        std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
            auto const root_a = sets.find(left_of(pairs_[a]));
            auto const root_b = sets.find(left_of(pairs_[b]));
            return root_a != root_b ? root_a < root_b : a < b;
        });
        std::fill(slots_.begin(), slots_.end(), no_slot);
    }

    buffer<packed_pair> const& pairs_;
    std::int64_t set_bytes_;
    view<std::uint32_t const> most_shingles_;
    /// [D]
    std::vector<std::uint32_t> slots_;
    /// Empty: as they come.
    buffer<std::uint32_t> order_;
};

/// As verify_pairs, by sorted sets: they take less memory than a table, and more time.
buffer<double> verify_by_sets(unit_documents corpus, shingle_options const& how,
                              buffer<packed_pair> const& pairs, similarity_goal const& goal,
                              execution const& run, std::int64_t set_bytes,
                              view<std::uint32_t const> most_shingles) {
    constexpr std::int64_t pairs_a_piece = 256;
    buffer<double> similarities(pairs.size());
    per_worker<shingler> shinglers{run};
    round_planner planner{corpus, pairs, set_bytes, most_shingles};
    for (std::size_t done = 0; done < pairs.size();) {
        auto const now = planner.take_from(done);
        shingle_sets const sets{corpus, how, now.documents, now.room, shinglers, run};
        for_each_slice("comparing", static_cast<std::int64_t>(now.last - now.first), pairs_a_piece, run,
                       [&](slice const& some, worker& self) {
                           for (auto i = some.first; i < some.last; ++i) {
                               self.checkpoint();
                               auto const p = planner.pair_at(now.first + index(i));
                               auto const a = sets[planner.slot_of(left_of(pairs[p]))];
                               auto const b = sets[planner.slot_of(right_of(pairs[p]))];
                               auto const common = count_common(a, b, goal.least_overlap(a.size(), b.size()));
                               auto const similarity = goal.similarity(a.size(), b.size(), common);
                               similarities[p] = similarity >= goal.threshold ? similarity : 0;
                           }
                       });
        planner.release(now);
        done = now.last;
    }
    return similarities;
}

} // namespace

std::int64_t count_common(shingle_set a, shingle_set b, std::int64_t needed) {
    constexpr std::int64_t steps_a_look = 32;
    std::int64_t i = 0;
    std::int64_t j = 0;
    std::int64_t common = 0;
    while (i < a.size() && j < b.size() && common + std::min(a.size() - i, b.size() - j) >= needed) {
        for (auto step = std::min({steps_a_look, a.size() - i, b.size() - j}); step > 0; --step) {
            auto const x = a[i];
            auto const y = b[j];
            common += x == y ? 1 : 0;
            i += x <= y ? 1 : 0;
            j += y <= x ? 1 : 0;
        }
    }
    return common;
}

buffer<double> verify_pairs(unit_documents corpus, shingle_options const& how,
                            buffer<packed_pair> const& pairs, similarity_goal const& goal,
                            execution const& run, std::int64_t set_bytes,
                            view<std::uint32_t const> most_shingles) {
    auto const max_shingles = set_bytes / num_workers(run) / shingle_table::bytes_a_shingle;
    buffer<double> similarities(pairs.size());
    verify_by_tables(corpus, how, pairs, goal, run, max_shingles, most_shingles, similarities);
    buffer<packed_pair> others;
    std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(others),
                 [&](packed_pair pair) { return !fit_table(pair, max_shingles, most_shingles); });
    auto const found = verify_by_sets(corpus, how, others, goal, run, set_bytes, most_shingles);
    std::size_t next = 0;
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        if (!fit_table(pairs[p], max_shingles, most_shingles)) {
            similarities[p] = found[next++];
        }
    }
    return similarities;
}

} // namespace newsgpu::cpu
