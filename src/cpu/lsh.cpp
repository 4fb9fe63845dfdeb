#include "cpu/lsh.hpp"

#include "cpu/kernels.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"
#include "element/minhash.hpp"

#include <algorithm>
#include <bit>
#include <span>

namespace newsgpu::cpu {

namespace {

/// A document under its key, in one number that orders by (key, document).
using keyed_document = std::uint64_t;

constexpr std::uint32_t document_of(keyed_document entry) {
    return static_cast<std::uint32_t>(entry);
}
constexpr std::uint64_t key_of(keyed_document entry) {
    return entry >> 32;
}

/// Finds the buckets of one band after another. One per thread.
class band_scanner {
public:
    explicit band_scanner(sketches const& all) : all_{all} {}

    /// Calls `visit(bucket)` for every run of two or more documents with the same key.
    template <class Visit>
    void scan(std::int32_t band, buffer<std::uint32_t> const& documents, Visit visit) {
        // Most keys occur once: they go before anything is sorted.
        twice_table seen{static_cast<std::int64_t>(documents.size())};
        auto const spread = [](std::uint32_t key) { return static_cast<std::uint64_t>(key) << 32; };
        for (auto const doc : documents) {
            seen.insert(spread(all_.key(band, doc)));
        }
        entries_.resize(documents.size());
        std::size_t kept = 0;
        for (auto const doc : documents) {
            auto const key = all_.key(band, doc);
            entries_[kept] = spread(key) | doc;
            kept += seen.is_twice(spread(key)) ? 1 : 0;
        }
        entries_.resize(kept);
        sort_spread(entries_, scratch_, [](keyed_document entry) { return entry; });
        for (std::size_t first = 0; first < kept;) {
            auto last = first + 1;
            while (last < kept && key_of(entries_[last]) == key_of(entries_[first])) {
                ++last;
            }
            if (last - first > 1) {
                visit(std::span<keyed_document const>{entries_.data() + first, last - first});
            }
            first = last;
        }
    }

private:
    sketches const& all_;
    buffer<keyed_document> entries_;
    sort_scratch<keyed_document> scratch_;
};

} // namespace

void sort_pairs(buffer<packed_pair>& pairs, std::int64_t num_documents) {
    sort_scratch<packed_pair> scratch;
    // Left documents fill the highest bits as hashes would.
    auto const shift = 32 - std::bit_width(static_cast<std::uint64_t>(num_documents));
    sort_spread(pairs, scratch, [shift](packed_pair pair) { return pair << shift; });
}

sketches::sketches(element::lsh_plan const& plan, std::int64_t num_documents)
    : plan_{plan}, num_documents_{num_documents},
      keys_(static_cast<std::size_t>(plan.bands) * static_cast<std::size_t>(num_documents)),
      bytes_(static_cast<std::size_t>(plan.num_minima) * static_cast<std::size_t>(num_documents)) {}

void sketches::store(std::int64_t doc, std::uint32_t const* minima) {
    for (std::int32_t band = 0; band < plan_.bands; ++band) {
        keys_[static_cast<std::size_t>(band) * static_cast<std::size_t>(num_documents_) +
              static_cast<std::size_t>(doc)] = element::band_key(minima + band * plan_.rows, plan_.rows);
    }
    auto* bytes = bytes_.data() + static_cast<std::size_t>(doc) * static_cast<std::size_t>(plan_.num_minima);
    for (std::int32_t k = 0; k < plan_.num_minima; ++k) {
        bytes[k] = element::minimum_byte(minima[k]);
    }
}

bool sketches::may_reach(std::uint32_t a, std::uint32_t b) const {
    auto const size = static_cast<std::size_t>(plan_.num_minima);
    return best_kernels().count_equal(bytes_.data() + a * size, bytes_.data() + b * size, plan_.num_minima) >=
           plan_.min_agreement;
}

candidate_set find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                              std::int64_t max_bucket, execution const& run) {
    auto const bands = static_cast<std::size_t>(all.plan().bands);
    std::vector<candidate_set> found(bands);
    per_worker<band_scanner> scanners{run};
    for_each_piece("finding candidates", all.plan().bands, run, [&](std::int64_t piece, worker& self) {
        auto const band = static_cast<std::int32_t>(piece);
        auto& mine = found[static_cast<std::size_t>(piece)];
        scanners.get(self, all).scan(band, documents, [&](std::span<keyed_document const> bucket) {
            self.checkpoint();
            if (std::ssize(bucket) > max_bucket) {
                auto& heavy = mine.heavy_buckets.emplace_back();
                for (auto const entry : bucket) {
                    heavy.push_back(document_of(entry));
                }
                return;
            }
            for (auto second = bucket.begin() + 1; second != bucket.end(); ++second) {
                for (auto first = bucket.begin(); first != second; ++first) {
                    auto const left = document_of(*first);
                    auto const right = document_of(*second);
                    if (all.may_reach(left, right)) {
                        mine.pairs.push_back(pack(left, right));
                    }
                }
            }
        });
    });
    candidate_set joined;
    for (auto& part : found) {
        joined.pairs.insert(joined.pairs.end(), part.pairs.begin(), part.pairs.end());
        part.pairs = {};
        for (auto& bucket : part.heavy_buckets) {
            joined.heavy_buckets.push_back(std::move(bucket));
        }
    }
    sort_pairs(joined.pairs, documents.empty() ? 0 : std::int64_t{documents.back()} + 1);
    joined.pairs.erase(std::unique(joined.pairs.begin(), joined.pairs.end()), joined.pairs.end());
    return joined;
}

} // namespace newsgpu::cpu
