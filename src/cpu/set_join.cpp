#include "cpu/set_join.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/shared_sets.hpp"
#include "cpu/sort_hashes.hpp"

#include <algorithm>
#include <bit>

namespace newsgpu::cpu {

namespace {

/// How many sets a shingle is in, counted up to 255; shingles that share a slot count together, which only
/// changes the order in which prefixes are taken.
class frequency_table {
public:
    explicit frequency_table(std::vector<shared_set> const& sets, std::int64_t total)
        : shift_{64 - std::max(8, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(total))) + 2)},
          counts_(std::size_t{1} << (64 - shift_), 0) {
        for (auto const& set : sets) {
            for (auto const hash : set.shared) {
                auto& count = counts_[hash >> shift_];
                count = static_cast<std::uint8_t>(count + (count < 255 ? 1 : 0));
            }
        }
    }

    std::uint8_t operator[](std::uint64_t hash) const { return counts_[hash >> shift_]; }

private:
    int shift_;
    std::vector<std::uint8_t> counts_;
};

/// A shingle in the prefix of a set.
struct posting {
    std::uint64_t hash;
    std::uint32_t set;
    /// Whether the set looks for larger ones under this shingle.
    std::uint32_t probes;

    friend auto operator<=>(posting const&, posting const&) = default;
};

/// The prefixes of a set. `probing` is how many of its rarest shingles it looks larger sets up by, `listed`
/// under how many a smaller one finds it.
struct prefix_lengths {
    std::int64_t probing, listed;
};

prefix_lengths prefixes_of(shared_set const& set, similarity_goal const& goal) {
    auto const shared = std::ssize(set.shared);
    auto const prefix = [&](std::int64_t needed) {
        return std::clamp<std::int64_t>(shared - needed + 1, 0, shared);
    };
    if (goal.kind == set_similarity::containment) {
        // The smaller set may be as small as it likes.
        return {prefix(goal.least_overlap_with_any(set.size)), shared};
    }
    return {prefix(goal.least_overlap(set.size, set.size)), prefix(goal.least_overlap_with_any(set.size))};
}

/// Sorted by shingle, and by size of set within one.
buffer<posting> make_postings(std::vector<shared_set> const& sets, std::int64_t total,
                              similarity_goal const& goal) {
    frequency_table const frequency{sets, total};
    buffer<posting> postings;
    struct ranked {
        std::uint8_t frequency;
        std::uint64_t hash;
        auto operator<=>(ranked const&) const = default;
    };
    std::vector<ranked> rarest;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        rarest.clear();
        for (auto const hash : sets[i].shared) {
            rarest.push_back({frequency[hash], hash});
        }
        auto const lengths = prefixes_of(sets[i], goal);
        auto const end = rarest.begin() + lengths.listed;
        std::partial_sort(rarest.begin(), end, rarest.end());
        for (auto r = rarest.begin(); r != end; ++r) {
            auto const probes = r - rarest.begin() < lengths.probing;
            postings.push_back({r->hash, static_cast<std::uint32_t>(i), probes ? 1U : 0U});
        }
    }
    sort_scratch<posting> scratch;
    sort_spread(postings, scratch, [](posting const& p) { return p.hash; });
    return postings;
}

/// The postings under which each set looks for larger ones: `positions[offsets[i], offsets[i + 1])` are those
/// of set i.
struct probe_lists {
    std::vector<std::size_t> offsets, positions;

    probe_lists(buffer<posting> const& postings, std::size_t num_sets) : offsets(num_sets + 1, 0) {
        for (auto const& p : postings) {
            offsets[p.set + 1] += p.probes;
        }
        for (std::size_t i = 0; i < num_sets; ++i) {
            offsets[i + 1] += offsets[i];
        }
        positions.resize(offsets.back());
        auto next = offsets;
        for (std::size_t at = 0; at < postings.size(); ++at) {
            if (postings[at].probes != 0) {
                positions[next[postings[at].set]++] = at;
            }
        }
    }
};

struct scored_pair {
    packed_pair pair;
    double similarity;

    friend bool operator<(scored_pair const& a, scored_pair const& b) { return a.pair < b.pair; }
};

/// Compares one set after another with the larger ones it meets. One per thread.
class prober {
public:
    prober(std::vector<shared_set> const& sets, buffer<posting> const& postings, similarity_goal const& goal)
        : sets_{sets}, postings_{postings}, goal_{goal}, met_by_(sets.size(), 0) {}

    /// @return the number of sets that were compared with set i.
    std::int64_t probe(std::size_t i, view<std::size_t const> positions, worker& self,
                       std::vector<scored_pair>& out) {
        auto const& smaller = sets_[i];
        std::int64_t compared = 0;
        for (auto const position : positions) {
            self.checkpoint();
            for (auto at = position + 1;
                 at < postings_.size() && postings_[at].hash == postings_[position].hash; ++at) {
                auto const j = postings_[at].set;
                auto const& larger = sets_[j];
                auto const needed = goal_.least_overlap(smaller.size, larger.size);
                if (needed > std::ssize(smaller.shared)) {
                    break; // those behind are at least as large
                }
                if (std::exchange(met_by_[j], i + 1) == i + 1 || needed > std::ssize(larger.shared)) {
                    continue;
                }
                ++compared;
                auto const common = count_common(smaller.shared, larger.shared, needed);
                auto const similarity = goal_.similarity(smaller.size, larger.size, common);
                if (similarity >= goal_.threshold) {
                    out.push_back({pack(std::min(smaller.doc, larger.doc), std::max(smaller.doc, larger.doc)),
                                   similarity});
                }
            }
        }
        return compared;
    }

private:
    std::vector<shared_set> const& sets_;
    buffer<posting> const& postings_;
    similarity_goal const& goal_;
    /// [sets] 1 + the set that met this one last.
    std::vector<std::size_t> met_by_;
};

} // namespace

joined_pairs join_sets(corpus_view corpus, shingle_options const& how, buffer<std::uint32_t> const& documents,
                       std::int64_t num_shingles, similarity_goal const& goal, execution const& run) {
    auto sets = find_shared_sets(corpus, how, documents, num_shingles, goal, run);
    std::stable_sort(sets.begin(), sets.end(),
                     [](shared_set const& a, shared_set const& b) { return a.size < b.size; });
    std::int64_t total = 0;
    for (auto const& set : sets) {
        total += std::ssize(set.shared);
    }
    auto const postings = make_postings(sets, total, goal);
    probe_lists const probes{postings, sets.size()};

    constexpr std::int64_t sets_a_piece = 32;
    auto const num_sets = std::ssize(sets);
    auto const num_pieces = (num_sets + sets_a_piece - 1) / sets_a_piece;
    std::vector<std::vector<scored_pair>> found(static_cast<std::size_t>(num_pieces));
    std::vector<std::int64_t> compared(static_cast<std::size_t>(num_pieces), 0);
    per_worker<prober> probers{run};
    for_each_piece("joining", num_pieces, run, [&](std::int64_t piece, worker& self) {
        auto& mine = probers.get(self, sets, postings, goal);
        auto const p = static_cast<std::size_t>(piece);
        auto const last = std::min((piece + 1) * sets_a_piece, num_sets);
        for (auto i = static_cast<std::size_t>(piece * sets_a_piece); i < static_cast<std::size_t>(last);
             ++i) {
            view<std::size_t const> const positions{
                probes.positions.data() + probes.offsets[i],
                static_cast<std::int64_t>(probes.offsets[i + 1] - probes.offsets[i])};
            compared[p] += mine.probe(i, positions, self, found[p]);
        }
    });

    buffer<scored_pair> scored;
    joined_pairs result;
    for (std::size_t p = 0; p < found.size(); ++p) {
        scored.insert(scored.end(), found[p].begin(), found[p].end());
        found[p] = {};
        result.num_candidates += compared[p];
    }
    std::sort(scored.begin(), scored.end());
    for (auto const& [pair, similarity] : scored) {
        result.pairs.push_back(pair);
        result.similarities.push_back(similarity);
    }
    return result;
}

} // namespace newsgpu::cpu
