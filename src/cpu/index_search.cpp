#include "cpu/index_search.hpp"

#include "cpu/index_keys.hpp"
#include "cpu/spread_search.hpp"

#include <algorithm>
#include <limits>

namespace newsgpu::cpu {

namespace {

// A flood of boilerplate would make looking up with bands quadratic. What is left out are the newest texts,
// so that the answer depends on the order of documents alone, not on batches.

/// How many texts of a bucket a text is held against by estimate.
constexpr std::int64_t max_bucket = 4096;

/// How many sets a text is compared with without success.
constexpr std::int64_t max_failed_comparisons = 2048;

std::int64_t first_at(view<keyed_text const> table, std::uint32_t key, std::uint32_t text) {
    return lower_bound_spread(table, key_text(key, text), [](keyed_text entry) { return entry; });
}

} // namespace

index_searcher::index_searcher(index_contents const& contents)
    : contents_{contents}, goal_{contents.options.similarity, contents.options.threshold},
      kernels_{&kernels_in_use()} {}

std::vector<text_match> index_searcher::search(sought_text const& sought, worker& self) {
    candidates_.clear();
    for_each_probe(goal_, sought.set, sought.band_keys,
                   [&](std::int64_t table, std::uint32_t key) { look_up(table, key, sought, self); });
    std::sort(candidates_.begin(), candidates_.end());
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());

    std::vector<text_match> matches;
    auto failures_left =
        contents_.plan.bands > 0 ? max_failed_comparisons : std::numeric_limits<std::int64_t>::max();
    for (auto candidate = candidates_.begin(); candidate != candidates_.end(); ++candidate) {
        self.checkpoint();
        auto const text = *candidate;
        if (failures_left == 0) {
            num_uncompared_ += std::lower_bound(candidate, candidates_.end(), sought.text) - candidate;
            break;
        }
        auto const other = contents_.segment_of_text(text).set(text);
        auto const needed = goal_.least_overlap(sought.set.size(), other.size());
        auto const common = count_common(sought.set, other, needed);
        auto const similarity = goal_.similarity(sought.set.size(), other.size(), common);
        if (similarity >= goal_.threshold) {
            matches.push_back({text, similarity});
        } else {
            --failures_left;
        }
    }
    return matches;
}

void index_searcher::look_up(std::int64_t table, std::uint32_t key, sought_text const& sought, worker& self) {
    auto const& plan = contents_.plan;
    bool const has_bands = plan.bands > 0;
    auto left = has_bands ? max_bucket : std::numeric_limits<std::int64_t>::max();
    for (auto const& segment : contents_.segments) {
        if (segment->first_text >= sought.end) {
            break;
        }
        self.checkpoint();
        auto const entries = segment->tables[static_cast<std::size_t>(table)];
        auto at = first_at(entries, key, 0);
        for (; at < entries.size() && entries[at] >> 32 == key; ++at) {
            auto const text = static_cast<std::uint32_t>(entries[at]);
            auto const place = std::int64_t{text} - segment->first_text;
            if (place < 0 || place >= segment->num_texts()) {
                throw corrupt_file{"an index has a text in the wrong part of it"};
            }
            if (text >= sought.end || left == 0) {
                break;
            }
            --left;
            if (text == sought.text) {
                continue;
            }
            if (!has_bands ||
                kernels_->count_equal(segment->sketches.data() + place * plan.num_minima,
                                      sought.sketch.data(), plan.num_minima) >= plan.min_agreement) {
                candidates_.push_back(text);
            }
        }
        if (left == 0) {
            auto const end = first_at(entries, key, std::min(sought.end, sought.text));
            num_uncompared_ += std::max(end - at, std::int64_t{0});
        }
    }
}

std::uint32_t find_text(index_contents const& contents, document_identity const& identity) {
    for (auto const& segment : contents.segments) {
        auto const known = segment->identities;
        auto at = lower_bound_spread(known, identity.first,
                                     [](identified_text const& entry) { return entry.first; });
        for (; at < known.size() && known[at].first == identity.first; ++at) {
            if (known[at].second == identity.second) {
                return known[at].text;
            }
        }
    }
    return no_text;
}

} // namespace newsgpu::cpu
