#include "cpu/lsh.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"
#include "element/minhash.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

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

    /// Calls `visit(bucket)` for every bucket of two or more documents.
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
                members_.clear();
                std::transform(entries_.data() + first, entries_.data() + last, std::back_inserter(members_),
                               document_of);
                visit(members_);
            }
            first = last;
        }
    }

private:
    sketches const& all_;
    buffer<keyed_document> entries_;
    sort_scratch<keyed_document> scratch_;
    bucket members_;
};

/// Buckets of at most this many documents are compared at once, whatever their number.
constexpr std::int64_t small_bucket = 64;

/// How many estimates the larger buckets may take together.
constexpr std::int64_t estimates_a_document = 64;
constexpr std::int64_t estimates_always = std::int64_t{1} << 22;

void compare_all(sketches const& all, bucket const& members, worker& self, buffer<packed_pair>& found) {
    for (auto second = members.begin() + 1; second != members.end(); ++second) {
        self.checkpoint();
        for (auto first = members.begin(); first != second; ++first) {
            if (all.may_reach(*first, *second)) {
                found.push_back(pack(*first, *second));
            }
        }
    }
}

struct parted_buckets {
    std::vector<bucket> affordable, heavy;
};

/// The smallest buckets are affordable first; which ones are heavy depends on the buckets alone.
parted_buckets part_buckets(std::vector<std::vector<bucket>> large_in_band, std::int64_t num_documents) {
    std::vector<bucket> buckets;
    for (auto& band : large_in_band) {
        std::move(band.begin(), band.end(), std::back_inserter(buckets));
    }
    std::stable_sort(buckets.begin(), buckets.end(),
                     [](bucket const& a, bucket const& b) { return a.size() < b.size(); });
    std::int64_t left = estimates_always + estimates_a_document * num_documents;
    auto const first_heavy = std::find_if(buckets.begin(), buckets.end(), [&](bucket const& members) {
        left -= std::ssize(members) * (std::ssize(members) - 1) / 2;
        return left < 0;
    });
    parted_buckets parted;
    parted.heavy.assign(std::make_move_iterator(first_heavy), std::make_move_iterator(buckets.end()));
    buckets.erase(first_heavy, buckets.end());
    parted.affordable = std::move(buckets);
    return parted;
}

} // namespace

void sort_pairs(buffer<packed_pair>& pairs, std::int64_t num_documents) {
    sort_scratch<packed_pair> scratch;
    // Left documents fill the highest bits as hashes would.
    auto const shift = 32 - std::bit_width(static_cast<std::uint64_t>(num_documents));
    sort_spread(pairs, scratch, [shift](packed_pair pair) { return pair << shift; });
}

sketches::sketches(element::lsh_plan const& plan, std::int64_t num_documents)
    : plan_{plan}, kernels_{&kernels_in_use()}, num_documents_{num_documents},
      keys_(static_cast<std::size_t>(plan.bands) * static_cast<std::size_t>(num_documents)),
      bytes_(static_cast<std::size_t>(plan.num_minima) * static_cast<std::size_t>(num_documents)) {}

void sketches::store(std::int64_t doc, std::uint32_t const* minima) {
    for (std::int32_t band = 0; band < plan_.bands; ++band) {
        keys_[static_cast<std::size_t>(band) * static_cast<std::size_t>(num_documents_) +
              static_cast<std::size_t>(doc)] = element::band_key(minima + band * plan_.rows, plan_.rows);
    }
    auto* bytes = bytes_.data() + static_cast<std::size_t>(doc) * static_cast<std::size_t>(plan_.num_minima);
    kernels_->minimum_bytes(minima, plan_.num_minima, bytes);
}

bool sketches::may_reach(std::uint32_t a, std::uint32_t b) const {
    auto const size = static_cast<std::size_t>(plan_.num_minima);
    return kernels_->count_equal(bytes_.data() + a * size, bytes_.data() + b * size, plan_.num_minima) >=
           plan_.min_agreement;
}

candidate_set find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                              execution const& run) {
    auto const num_bands = all.plan().bands;
    std::vector<std::vector<bucket>> large_in_band(static_cast<std::size_t>(num_bands));
    std::vector<buffer<packed_pair>> found(static_cast<std::size_t>(num_bands));
    per_worker<band_scanner> scanners{run};
    for_each_piece("finding candidates", num_bands, run, [&](std::int64_t piece, worker& self) {
        auto const band = static_cast<std::size_t>(piece);
        auto const visit = [&](bucket const& members) {
            if (std::ssize(members) > small_bucket) {
                large_in_band[band].push_back(members);
            } else {
                compare_all(all, members, self, found[band]);
            }
        };
        scanners.get(self, all).scan(static_cast<std::int32_t>(piece), documents, visit);
    });

    auto parted = part_buckets(std::move(large_in_band), std::ssize(documents));
    auto& affordable = parted.affordable;
    found.resize(found.size() + affordable.size());
    for_each_piece("finding candidates", std::ssize(affordable), run, [&](std::int64_t piece, worker& self) {
        compare_all(all, affordable[static_cast<std::size_t>(piece)], self,
                    found[static_cast<std::size_t>(num_bands + piece)]);
    });

    candidate_set joined;
    joined.heavy_buckets = std::move(parted.heavy);
    for (auto& part : found) {
        joined.pairs.insert(joined.pairs.end(), part.begin(), part.end());
        part = {};
    }
    // A pair that shares several buckets was found in each.
    sort_pairs(joined.pairs, documents.empty() ? 0 : std::int64_t{documents.back()} + 1);
    joined.pairs.erase(std::unique(joined.pairs.begin(), joined.pairs.end()), joined.pairs.end());
    return joined;
}

} // namespace newsgpu::cpu
