#include "backend.hpp"
#include "cpu/bounded_join.hpp"
#include "cpu/clusters.hpp"
#include "cpu/copies.hpp"
#include "cpu/heavy_buckets.hpp"
#include "cpu/jaccard.hpp"
#include "cpu/lsh.hpp"
#include "cpu/memory_plan.hpp"
#include "cpu/minhash.hpp"
#include "cpu/pair_spool.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/prefetch.hpp"
#include "cpu/shingle.hpp"
#include "cpu/unit_encoder.hpp"
#include "element/shingle.hpp"
#include "element/utf8.hpp"
#include "element_index.hpp"

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>

namespace newsgpu::cpu {

namespace {

/// Notes how long each stage takes.
class stopwatch {
public:
    explicit stopwatch(near_duplicate_stats& stats) : stats_{stats} {}

    void end_stage(char const* name) {
        auto const now = clock::now();
        stats_.seconds.emplace_back(name, std::chrono::duration<double>(now - last_).count());
        last_ = now;
    }

private:
    using clock = std::chrono::steady_clock;
    near_duplicate_stats& stats_;
    clock::time_point last_ = clock::now();
};

constexpr std::int64_t documents_ahead = 2;

/// What the one pass over all of the text leaves.
struct read_corpus {
    buffer<document_identity> identities;
    buffer<std::uint8_t> has_shingles;
    /// [D] how many shingles a document has, repeats included; 2^32 - 1 for more.
    buffer<std::uint32_t> most_shingles;
    std::unique_ptr<cpu::sketches> sketches; ///< null where the plan has no bands
    std::int64_t num_shingles = 0;
};

std::uint32_t saturated(std::int64_t count) {
    return static_cast<std::uint32_t>(
        std::min<std::int64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

read_corpus read_documents(unit_documents corpus, shingle_options const& how, element::lsh_plan const& plan,
                           memory_plan const& memory, execution const& run) {
    read_corpus read;
    read.identities.resize(index(corpus.size()));
    read.has_shingles.resize(index(corpus.size()));
    read.most_shingles.resize(index(corpus.size()));
    bool const is_sketched = plan.bands > 0;
    if (is_sketched) {
        read.sketches = std::make_unique<cpu::sketches>(plan, corpus.size(), memory.resident_sketch_bytes);
    }
    auto const ranges = document_ranges(corpus);
    std::vector<std::int64_t> num_shingles(ranges.size(), 0);
    // The first document of each range that is no text.
    std::vector<std::int64_t> wrong(ranges.size(), -1);
    struct scratch {
        scratch(shingle_options const& options, element::lsh_plan const& sketched)
            : reader{options}, sketch{options.seed, sketched.num_minima} {}
        shingler reader;
        sketcher sketch;
    };
    per_worker<scratch> scratches{run};
    for_each_piece("reading", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        auto& own = scratches.get(self, how, plan);
        auto& sketch = own.sketch;
        auto const [first, last] = ranges[index(piece)];
        std::optional<cpu::sketches> spilled;
        if (is_sketched && read.sketches->is_spilled()) {
            spilled.emplace(plan, last - first);
        }
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            if (doc + documents_ahead < last) {
                prefetch_text(corpus[doc + documents_ahead]);
            }
            sketch.start();
            auto const summary =
                own.reader.read_low(corpus[doc], self, [&](view<std::uint32_t const> shingles) {
                    if (is_sketched) {
                        sketch.add(shingles);
                    }
                });
            if (!summary.is_text && wrong[index(piece)] < 0) {
                wrong[index(piece)] = doc;
            }
            read.identities[index(doc)] = {summary.identity[0], summary.identity[1]};
            read.has_shingles[index(doc)] = summary.num_shingles > 0 ? 1 : 0;
            read.most_shingles[index(doc)] = saturated(summary.num_shingles);
            num_shingles[index(piece)] += summary.num_shingles;
            if (spilled) {
                spilled->store(doc - first, sketch.minima().data());
            } else if (is_sketched) {
                read.sketches->store(doc, sketch.minima().data());
            }
        }
        if (spilled) {
            read.sketches->store(first, *spilled);
        }
    });
    for (auto const doc : wrong) {
        if (doc >= 0) {
            throw_no_text(corpus[doc], doc);
        }
    }
    if (is_sketched) {
        read.sketches->seal();
    }
    read.num_shingles = std::accumulate(num_shingles.begin(), num_shingles.end(), std::int64_t{0});
    return read;
}

/// The same where a device has read the documents.
read_corpus read_documents(unit_documents corpus, shingle_options const& how, duplicate_stages& device,
                           execution const& run) {
    auto const found = device.read();
    read_corpus read;
    read.identities = identities_of(corpus, how, found, run);
    for (auto const num_units : found.num_units) {
        auto const num_shingles = element::count_shingles(num_units, how.n);
        read.has_shingles.push_back(num_shingles > 0 ? 1 : 0);
        read.most_shingles.push_back(saturated(num_shingles));
        read.num_shingles += num_shingles;
    }
    return read;
}

buffer<std::uint8_t> present_documents(unit_documents corpus) {
    buffer<std::uint8_t> present(index(corpus.size()));
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        present[index(doc)] = corpus.is_missing(doc) ? 0 : 1;
    }
    return present;
}

std::int64_t count_code_points(unit_text text) {
    if (text.unit != code_unit::utf8) {
        return text.size;
    }
    auto const* const bytes = static_cast<char const*>(text.units);
    std::int64_t count = 0;
    for (std::int64_t at = 0; at < text.size; ++count) {
        at += element::decode(bytes, at, text.size).length;
    }
    return count;
}

keep_order make_keep_order(unit_documents corpus, near_duplicate_options const& options,
                           execution const& run) {
    if (options.keep == keep_rule::first) {
        return keep_order{{}};
    }
    buffer<double> ranks(index(corpus.size()));
    auto const ranges = document_ranges(corpus);
    for_each_piece("ranking", std::ssize(ranges), run, [&](std::int64_t piece, worker& self) {
        for (auto doc = ranges[index(piece)].first; doc < ranges[index(piece)].last; ++doc) {
            self.checkpoint();
            ranks[index(doc)] = options.keep == keep_rule::priority
                                    ? -options.priorities[doc]
                                    : -static_cast<double>(count_code_points(corpus[doc]));
        }
    });
    return keep_order{std::move(ranks)};
}

/// Appends the pairs that reached the goal.
void append_reached(buffer<packed_pair> const& pairs, buffer<double> const& similarities,
                    duplicate_pairs& reached) {
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        if (similarities[p] > 0) {
            reached.left.push_back(left_of(pairs[p]));
            reached.right.push_back(right_of(pairs[p]));
            reached.similarity.push_back(similarities[p]);
        }
    }
}

std::int64_t count_pairs(near_duplicates_result const& result) {
    std::vector<std::int64_t> members(result.copy_of.size(), 0);
    for (auto const first : result.copy_of) {
        ++members[index(first)];
    }
    std::int64_t count = 0;
    for (std::size_t doc = 0; doc < members.size(); ++doc) {
        count += result.has_shingles[doc] != 0 ? members[doc] * (members[doc] - 1) / 2 : 0;
    }
    for (std::size_t p = 0; p < result.distinct_pairs.left.size(); ++p) {
        count +=
            members[index(result.distinct_pairs.left[p])] * members[index(result.distinct_pairs.right[p])];
    }
    return count;
}

/// Gives the exact similarity of pairs in ascending order, 0 where a threshold is not reached.
using pair_verifier = std::function<buffer<double>(buffer<packed_pair> const&, double threshold)>;

/// The similarity of every pair, `pairs` in ascending order; those among `known` need no other look.
buffer<double> similarities_of(buffer<packed_pair> const& pairs, duplicate_pairs const& known,
                               pair_verifier const& verify) {
    buffer<double> similarities(pairs.size());
    buffer<packed_pair> others;
    std::size_t k = 0;
    auto const known_pair = [&](std::size_t i) {
        return pack(static_cast<std::uint32_t>(known.left[i]), static_cast<std::uint32_t>(known.right[i]));
    };
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        while (k < known.left.size() && known_pair(k) < pairs[p]) {
            ++k;
        }
        bool const is_known = k < known.left.size() && known_pair(k) == pairs[p];
        similarities[p] = is_known ? known.similarity[k] : -1;
        if (!is_known) {
            others.push_back(pairs[p]);
        }
    }
    auto const found = verify(others, 0);
    std::size_t next = 0;
    for (auto& similarity : similarities) {
        if (similarity < 0) {
            similarity = found[next++];
        }
    }
    return similarities;
}

/// Fills in `cluster_id`, `keeper` and `similarity` from the keepers of groups.
void describe_clusters(copy_groups const& groups, buffer<std::int64_t> const& keeper_group,
                       pair_verifier const& verify, near_duplicates_result& result) {
    auto const num_documents = std::ssize(groups.first);
    // Every pair of a group and its keeper, whether it reaches the threshold or not.
    buffer<packed_pair> pairs;
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        if (groups.first[index(doc)] == doc && keeper_group[index(doc)] != doc) {
            auto const keeper = keeper_group[index(doc)];
            pairs.push_back(pack(static_cast<std::uint32_t>(std::min(doc, keeper)),
                                 static_cast<std::uint32_t>(std::max(doc, keeper))));
        }
    }
    sort_pairs(pairs, num_documents);
    auto const similarities = similarities_of(pairs, result.distinct_pairs, verify);

    result.cluster_id.reserve(index(num_documents));
    result.keeper.reserve(index(num_documents));
    result.similarity.reserve(index(num_documents));
    constexpr std::int64_t nobody = -1;
    buffer<std::int64_t> first_of_cluster(index(num_documents), nobody);
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        auto const group = groups.first[index(doc)];
        auto const keeper = keeper_group[index(group)];
        auto& first = first_of_cluster[index(keeper)];
        if (first == nobody) {
            first = doc;
        }
        result.cluster_id.push_back(first);
        result.keeper.push_back(groups.best[index(keeper)]);
        if (keeper == group) {
            result.similarity.push_back(1);
        } else {
            auto const pair = pack(static_cast<std::uint32_t>(std::min(group, keeper)),
                                   static_cast<std::uint32_t>(std::max(group, keeper)));
            auto const at = std::lower_bound(pairs.begin(), pairs.end(), pair) - pairs.begin();
            result.similarity.push_back(similarities[index(at)]);
        }
    }
}

} // namespace

near_duplicates_result near_duplicates(unit_documents corpus, near_duplicate_options const& options,
                                       element::lsh_plan const& plan, execution const& run,
                                       duplicate_stages* device) {
    near_duplicates_result result;
    auto& stats = result.stats;
    stopwatch watch{stats};
    shingle_options const how{options.unit, options.n, options.seed};
    similarity_goal const goal{options.similarity, options.threshold};

    auto const memory = plan_memory(options.memory_budget, corpus.size(), plan, num_workers(run));
    auto read = device != nullptr ? read_documents(corpus, how, *device, run)
                                  : read_documents(corpus, how, plan, memory, run);
    pair_verifier const verify = [&](buffer<packed_pair> const& pairs, double threshold) {
        return device != nullptr ? device->verify(pairs, threshold)
                                 : verify_pairs(corpus, how, pairs, {options.similarity, threshold}, run,
                                                memory.set_bytes, read.most_shingles);
    };
    result.has_shingles = std::move(read.has_shingles);
    watch.end_stage("reading");

    result.copy_of = find_copies(read.identities, present_documents(corpus));
    read.identities = {};
    buffer<std::uint32_t> originals;
    originals.reserve(index(corpus.size()));
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        auto const is_original = result.copy_of[index(doc)] == doc;
        stats.copies += is_original ? 0 : 1;
        if (is_original && result.has_shingles[index(doc)] != 0) {
            originals.push_back(static_cast<std::uint32_t>(doc));
        }
    }
    auto const order = make_keep_order(corpus, options, run);
    auto const groups = make_copy_groups(result.copy_of, order);
    watch.end_stage("collapsing copies");

    if (plan.bands > 0) {
        pair_spool candidates{corpus.size(), memory.pair_bytes};
        auto const heavy_buckets = device != nullptr ? find_candidates(*device, originals, candidates)
                                                     : find_candidates(*read.sketches, originals,
                                                                       memory.key_ranges, candidates, run);
        watch.end_stage("finding candidates");
        for (auto pairs = candidates.take(); !pairs.empty(); pairs = candidates.take()) {
            stats.candidates += std::ssize(pairs);
            append_reached(pairs, verify(pairs, goal.threshold), result.distinct_pairs);
        }
        if (!heavy_buckets.empty()) {
            if (device != nullptr) {
                read.sketches = std::make_unique<cpu::sketches>(plan, corpus.size(),
                                                                memory.resident_sketch_bytes, *device);
            }
            auto const compared =
                compare_with_keepers(corpus, how, *read.sketches, heavy_buckets, result.distinct_pairs,
                                     groups, order, goal, memory.set_bytes, run);
            result.distinct_pairs = merge_pairs(result.distinct_pairs, compared.pairs);
            stats.candidates += compared.num_candidates;
            stats.uncompared_pairs = compared.num_uncompared;
        }
        read.sketches.reset();
        watch.end_stage("verifying");
    } else {
        auto const joined = device != nullptr ? device->join(originals)
                                              : join_sets_within(memory.join_bytes, corpus, how, originals,
                                                                 read.most_shingles, goal, run);
        append_reached(joined.pairs, joined.similarities, result.distinct_pairs);
        stats.candidates = joined.num_candidates;
        watch.end_stage("joining");
    }

    auto const keeper_group = options.cluster == cluster_rule::keeper
                                  ? assign_keepers(groups, order, result.distinct_pairs)
                                  : assign_components(groups, order, result.distinct_pairs);
    describe_clusters(groups, keeper_group, verify, result);
    watch.end_stage("clustering");

    stats.documents = corpus.size();
    stats.shingles = read.num_shingles;
    stats.pairs = count_pairs(result);
    stats.bands = plan.bands;
    stats.rows = plan.rows;
    stats.minima = plan.num_minima;
    stats.least_agreement = plan.min_agreement;
    stats.expected_recall = plan.expected_recall;
    return result;
}

} // namespace newsgpu::cpu
