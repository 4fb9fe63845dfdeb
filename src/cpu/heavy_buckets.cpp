#include "cpu/heavy_buckets.hpp"

#include "cpu/parallel.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace newsgpu::cpu {

namespace {

/// How many keepers a document is held against by estimate, and how many of those by their sets without
/// success.
constexpr std::int64_t max_estimates = 4096;
constexpr std::int64_t max_failures = 64;

/// A bucket while its documents are taken in keep order.
struct open_bucket {
    std::vector<std::uint32_t> keepers;
    std::int64_t num_taken = 0;
};

class keeper_walk {
public:
    keeper_walk(unit_documents corpus, shingle_options const& how, sketches const& all,
                std::vector<bucket> const& buckets, duplicate_pairs const& known, copy_groups const& groups,
                keep_order const& order, similarity_goal const& goal, std::int64_t set_bytes)
        : set_bytes_{set_bytes}, corpus_{corpus}, sketches_{all}, groups_{groups}, order_{order}, goal_{goal},
          shingler_{how}, known_{known, corpus.size()}, buckets_(buckets.size()),
          bucket_offsets_(static_cast<std::size_t>(corpus.size()) + 1, 0),
          met_by_(static_cast<std::size_t>(corpus.size()), nobody),
          is_keeper_(static_cast<std::size_t>(corpus.size()), 0) {
        for (auto const& bucket : buckets) {
            for (auto const doc : bucket) {
                ++bucket_offsets_[doc + 1];
            }
        }
        std::partial_sum(bucket_offsets_.begin(), bucket_offsets_.end(), bucket_offsets_.begin());
        bucket_ids_.resize(bucket_offsets_.back());
        auto next = bucket_offsets_;
        // Buckets come in order of size, and so do those of each document.
        for (std::size_t b = 0; b < buckets.size(); ++b) {
            for (auto const doc : buckets[b]) {
                bucket_ids_[next[doc]++] = b;
            }
        }
    }

    keeper_comparison walk(worker& self) {
        auto const firsts = groups_in_order(groups_, order_);
        for (auto const group : firsts) {
            self.checkpoint();
            take(static_cast<std::uint32_t>(group), self);
        }
        std::sort(found_.begin(), found_.end(),
                  [](found_pair const& a, found_pair const& b) { return a.pair < b.pair; });
        for (auto const& [pair, similarity] : found_) {
            result_.pairs.left.push_back(left_of(pair));
            result_.pairs.right.push_back(right_of(pair));
            result_.pairs.similarity.push_back(similarity);
        }
        return std::move(result_);
    }

private:
    static constexpr std::uint32_t nobody = 0xFFFF'FFFF;

    struct found_pair {
        packed_pair pair;
        double similarity;
    };

    void take(std::uint32_t doc, worker& self) {
        bool has_keeper = false;
        met_by_[doc] = doc;
        for (auto const& [other, similarity] : known_.of(doc)) {
            met_by_[static_cast<std::size_t>(other)] = doc;
            has_keeper = has_keeper || is_keeper_[static_cast<std::size_t>(other)] != 0;
        }
        own_set_.clear();
        std::int64_t estimates = 0;
        std::int64_t failures = 0;
        for (auto at = bucket_offsets_[doc]; at < bucket_offsets_[doc + 1]; ++at) {
            auto& open = buckets_[bucket_ids_[at]];
            std::int64_t compared = 0;
            for (auto const keeper : open.keepers) {
                if (estimates == max_estimates || failures == max_failures) {
                    break;
                }
                ++compared;
                if (met_by_[keeper] == doc) {
                    continue;
                }
                met_by_[keeper] = doc;
                ++estimates;
                if (sketches_.may_reach(doc, keeper)) {
                    auto const reached = compare(doc, keeper, self);
                    has_keeper = has_keeper || reached;
                    failures += reached ? 0 : 1;
                }
            }
            result_.num_uncompared += open.num_taken++ - compared;
            self.checkpoint();
        }
        sketches_.note_reads(estimates, sketches_.plan().num_minima);
        if (!has_keeper) {
            is_keeper_[doc] = 1;
            for (auto at = bucket_offsets_[doc]; at < bucket_offsets_[doc + 1]; ++at) {
                buckets_[bucket_ids_[at]].keepers.push_back(doc);
            }
        }
    }

    /// Whether the pair reaches the goal; if so it is noted.
    bool compare(std::uint32_t doc, std::uint32_t keeper, worker& self) {
        ++result_.num_candidates;
        if (own_set_.empty()) {
            auto const set = shingler_.read_set(corpus_[doc], self);
            own_set_.assign(set.begin(), set.end());
        }
        if (kept_set_bytes_ > set_bytes_) {
            keeper_sets_.clear();
            kept_set_bytes_ = 0;
        }
        auto& keeper_set = keeper_sets_[keeper];
        if (keeper_set.empty()) {
            auto const set = shingler_.read_set(corpus_[keeper], self);
            keeper_set.assign(set.begin(), set.end());
            kept_set_bytes_ += static_cast<std::int64_t>(sizeof(std::uint64_t)) * set.size();
        }
        auto const size = std::ssize(own_set_);
        auto const keeper_size = std::ssize(keeper_set);
        auto const common = count_common(own_set_, keeper_set, goal_.least_overlap(size, keeper_size));
        auto const similarity = goal_.similarity(size, keeper_size, common);
        if (similarity < goal_.threshold) {
            return false;
        }
        found_.push_back({pack(std::min(doc, keeper), std::max(doc, keeper)), similarity});
        return true;
    }

    std::int64_t set_bytes_, kept_set_bytes_ = 0;
    unit_documents corpus_;
    sketches const& sketches_;
    copy_groups const& groups_;
    keep_order const& order_;
    similarity_goal const& goal_;
    shingler shingler_;
    neighbour_lists known_;
    std::vector<open_bucket> buckets_;
    /// The buckets of a document: `bucket_ids_[bucket_offsets_[doc], bucket_offsets_[doc + 1])`.
    std::vector<std::size_t> bucket_offsets_, bucket_ids_;
    /// [D] the last document that was compared with this one, or known to make a pair with it.
    std::vector<std::uint32_t> met_by_;
    std::vector<std::uint8_t> is_keeper_;
    buffer<std::uint64_t> own_set_;
    std::unordered_map<std::uint32_t, buffer<std::uint64_t>> keeper_sets_;
    std::vector<found_pair> found_;
    keeper_comparison result_;
};

} // namespace

keeper_comparison compare_with_keepers(unit_documents corpus, shingle_options const& how, sketches const& all,
                                       std::vector<bucket> const& buckets, duplicate_pairs const& known,
                                       copy_groups const& groups, keep_order const& order,
                                       similarity_goal const& goal, std::int64_t set_bytes,
                                       execution const& run) {
    keeper_comparison result;
    // One document after another: who is a keeper depends on all before.
    for_each_piece("comparing with keepers", buckets.empty() ? 0 : 1, run, [&](std::int64_t, worker& self) {
        result = keeper_walk{corpus, how, all, buckets, known, groups, order, goal, set_bytes}.walk(self);
    });
    return result;
}

duplicate_pairs merge_pairs(duplicate_pairs const& a, duplicate_pairs const& b) {
    duplicate_pairs merged;
    std::size_t i = 0;
    std::size_t j = 0;
    auto const take = [&](duplicate_pairs const& from, std::size_t& at) {
        merged.left.push_back(from.left[at]);
        merged.right.push_back(from.right[at]);
        merged.similarity.push_back(from.similarity[at]);
        ++at;
    };
    while (i < a.left.size() || j < b.left.size()) {
        auto const from_a = j == b.left.size() || (i < a.left.size() && std::pair{a.left[i], a.right[i]} <
                                                                            std::pair{b.left[j], b.right[j]});
        from_a ? take(a, i) : take(b, j);
    }
    return merged;
}

} // namespace newsgpu::cpu
