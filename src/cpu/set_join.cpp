#include "cpu/set_join.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/set_bitmaps.hpp"
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

/// Sorted by shingle, and by size of set within one.
buffer<posting> make_postings(std::vector<shared_set> const& sets, std::int64_t total,
                              similarity_goal const& goal, execution const& run) {
    frequency_table const frequency{sets, total};
    struct ranked {
        std::uint8_t frequency;
        std::uint64_t hash;
        auto operator<=>(ranked const&) const = default;
    };
    constexpr std::size_t sets_a_piece = 256;
    std::vector<buffer<posting>> pieces((sets.size() + sets_a_piece - 1) / sets_a_piece);
    for_each_piece("listing shingles", std::ssize(pieces), run, [&](std::int64_t piece, worker& self) {
        auto& listed = pieces[static_cast<std::size_t>(piece)];
        std::vector<ranked> rarest;
        auto const first = static_cast<std::size_t>(piece) * sets_a_piece;
        for (auto i = first; i < std::min(first + sets_a_piece, sets.size()); ++i) {
            self.checkpoint();
            rarest.clear();
            for (auto const hash : sets[i].shared) {
                rarest.push_back({frequency[hash], hash});
            }
            auto const lengths = element::prefix_lengths::of(sets[i].size, std::ssize(sets[i].shared), goal);
            auto const end = rarest.begin() + lengths.listed;
            std::partial_sort(rarest.begin(), end, rarest.end());
            for (auto r = rarest.begin(); r != end; ++r) {
                auto const probes = r - rarest.begin() < lengths.probing;
                listed.push_back({r->hash, static_cast<std::uint32_t>(i), probes ? 1U : 0U});
            }
        }
    });
    buffer<posting> postings;
    for (auto& listed : pieces) {
        postings.insert(postings.end(), listed.begin(), listed.end());
        listed = {};
    }
    sort_scratch<posting> scratch;
    sort_spread(postings, scratch, [](posting const& p) { return p.hash; });
    return postings;
}

/// The postings under which each set looks for larger ones: `positions[offsets[i], offsets[i + 1])` are those
/// of set i, and `num_met[i]` is how many postings are behind them in their lists.
struct probe_lists {
    std::vector<std::size_t> offsets, positions;
    std::vector<std::int64_t> num_met;

    probe_lists(buffer<posting> const& postings, std::size_t num_sets)
        : offsets(num_sets + 1, 0), num_met(num_sets, 0) {
        for (std::size_t first = 0; first < postings.size();) {
            auto last = first;
            while (last < postings.size() && postings[last].hash == postings[first].hash) {
                ++last;
            }
            for (auto at = first; at < last; ++at) {
                num_met[postings[at].set] +=
                    postings[at].probes != 0 ? static_cast<std::int64_t>(last - at - 1) : 0;
            }
            first = last;
        }
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
    prober(std::vector<shared_set> const& sets, set_bitmaps const& bitmaps, buffer<posting> const& postings,
           probe_lists const& probes, similarity_goal const& goal, view<std::uint8_t const> sides)
        : sets_{sets}, bitmaps_{bitmaps}, postings_{postings}, probes_{probes}, goal_{goal}, sides_{sides},
          met_by_(sets.size(), 0) {}

    /// @return the number of sets that were compared with set i member by member.
    std::int64_t probe(std::size_t i, worker& self, std::vector<scored_pair>& out) {
        // Where lists are long, as those of letters of one language are, a look at all larger sets costs
        // less.
        auto const last = end_of_larger(i);
        num_compared_ = 0;
        if (probes_.num_met[i] < 2 * static_cast<std::int64_t>(last - i)) {
            probe_lists_of(i, last, self, out);
        } else {
            for (auto j = i + 1; j < last; ++j) {
                if ((j - i) % sets_a_checkpoint == 0) {
                    self.checkpoint();
                }
                compare(i, j, out);
            }
        }
        return num_compared_;
    }

private:
    static constexpr std::size_t sets_a_checkpoint = 1 << 12;

    /// The first of the larger sets that is too large for set i; sets are in order of size.
    std::size_t end_of_larger(std::size_t i) const {
        auto const& smaller = sets_[i];
        auto const fits = [&](shared_set const& larger) {
            return goal_.least_overlap(smaller.size, larger.size) <= std::ssize(smaller.shared);
        };
        auto const behind = sets_.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        return static_cast<std::size_t>(std::partition_point(behind, sets_.end(), fits) - sets_.begin());
    }

    void probe_lists_of(std::size_t i, std::size_t last, worker& self, std::vector<scored_pair>& out) {
        for (auto p = probes_.offsets[i]; p < probes_.offsets[i + 1]; ++p) {
            self.checkpoint();
            auto const position = probes_.positions[p];
            for (auto at = position + 1;
                 at < postings_.size() && postings_[at].hash == postings_[position].hash; ++at) {
                auto const j = postings_[at].set;
                if (j >= last) {
                    break; // those behind are at least as large
                }
                if (std::exchange(met_by_[j], i + 1) != i + 1) {
                    compare(i, j, out);
                }
            }
        }
    }

    void compare(std::size_t i, std::size_t j, std::vector<scored_pair>& out) {
        auto const& smaller = sets_[i];
        auto const& larger = sets_[j];
        if (sides_.size() > 0 && sides_[smaller.doc] == sides_[larger.doc]) {
            return;
        }
        auto const needed = goal_.least_overlap(smaller.size, larger.size);
        auto const shared = std::ssize(smaller.shared) + std::ssize(larger.shared);
        if (needed > std::ssize(larger.shared) || bitmaps_.differing(i, j) > shared - 2 * needed) {
            return;
        }
        ++num_compared_;
        auto const common = count_common(smaller.shared, larger.shared, needed);
        auto const similarity = goal_.similarity(smaller.size, larger.size, common);
        if (similarity >= goal_.threshold) {
            out.push_back(
                {pack(std::min(smaller.doc, larger.doc), std::max(smaller.doc, larger.doc)), similarity});
        }
    }

    std::vector<shared_set> const& sets_;
    set_bitmaps const& bitmaps_;
    buffer<posting> const& postings_;
    probe_lists const& probes_;
    similarity_goal const& goal_;
    view<std::uint8_t const> sides_;
    std::int64_t num_compared_ = 0;
    /// [sets] 1 + the set that met this one last.
    std::vector<std::size_t> met_by_;
};

} // namespace

joined_pairs join_sets(unit_documents corpus, shingle_options const& how,
                       buffer<std::uint32_t> const& documents, view<std::uint32_t const> most_shingles,
                       similarity_goal const& goal, execution const& run, view<std::uint8_t const> sides) {
    auto sets = find_shared_sets(corpus, how, documents, most_shingles, goal, run);
    std::stable_sort(sets.begin(), sets.end(),
                     [](shared_set const& a, shared_set const& b) { return a.size < b.size; });
    std::int64_t total = 0;
    for (auto const& set : sets) {
        total += std::ssize(set.shared);
    }
    auto const postings = make_postings(sets, total, goal, run);
    probe_lists const probes{postings, sets.size()};
    set_bitmaps const bitmaps{sets};

    constexpr std::int64_t sets_a_piece = 32;
    auto const num_sets = std::ssize(sets);
    auto const num_pieces = (num_sets + sets_a_piece - 1) / sets_a_piece;
    std::vector<std::vector<scored_pair>> found(static_cast<std::size_t>(num_pieces));
    std::vector<std::int64_t> compared(static_cast<std::size_t>(num_pieces), 0);
    per_worker<prober> probers{run};
    for_each_piece("joining", num_pieces, run, [&](std::int64_t piece, worker& self) {
        auto& mine = probers.get(self, sets, bitmaps, postings, probes, goal, sides);
        auto const p = static_cast<std::size_t>(piece);
        auto const last = std::min((piece + 1) * sets_a_piece, num_sets);
        for (auto i = static_cast<std::size_t>(piece * sets_a_piece); i < static_cast<std::size_t>(last);
             ++i) {
            compared[p] += mine.probe(i, self, found[p]);
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
