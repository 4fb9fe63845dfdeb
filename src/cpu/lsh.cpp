#include "cpu/lsh.hpp"

#include "cpu/pair_spool.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"
#include "element/minhash.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <type_traits>

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

    /// Calls `visit(bucket)` for every bucket of two or more documents whose key lies in the given one of
    /// `num_ranges` ranges, in order of keys.
    template <class Visit>
    void scan(std::int32_t band, std::uint64_t range, std::uint64_t num_ranges,
              buffer<std::uint32_t> const& documents, Visit visit) {
        auto const bits = part_bits(documents.size() / num_ranges);
        if (bits == 0 && num_ranges == 1) {
            entries_.resize(documents.size());
            std::transform(documents.begin(), documents.end(), entries_.begin(), [&](std::uint32_t doc) {
                return keyed_document{all_.key(band, doc)} << 32 | doc;
            });
            note_keys(documents, 1);
            scan_part(0, entries_.size(), 0, visit);
            return;
        }
        // The high half of the product is the range, the low half spreads over it as the key does over all.
        auto const in_range = [&](std::uint64_t product) { return product >> 32 == range; };
        auto const product_of = [&](std::uint32_t doc) { return all_.key(band, doc) * num_ranges; };
        // Keys are first put into parts whose tables fit the L2 cache: of millions of documents in one table
        // every look would wait for memory.
        counts_.assign((std::size_t{1} << bits) + 1, 0);
        auto const part_of = [&](std::uint64_t product) {
            return static_cast<std::size_t>((product & 0xFFFF'FFFF) << bits >> 32);
        };
        for (auto const doc : documents) {
            if (auto const product = product_of(doc); in_range(product)) {
                ++counts_[part_of(product) + 1];
            }
        }
        for (std::size_t part = 1; part < counts_.size(); ++part) {
            counts_[part] += counts_[part - 1];
        }
        entries_.resize(counts_.back());
        for (auto const doc : documents) {
            if (auto const product = product_of(doc); in_range(product)) {
                entries_[counts_[part_of(product)]++] = product << 32 | doc;
            }
        }
        note_keys(documents, 2);
        // counts_[part] is now the end of a part.
        std::size_t first = 0;
        for (std::size_t part = 0; part + 1 < counts_.size(); ++part) {
            scan_part(first, counts_[part], bits, visit);
            first = counts_[part];
        }
    }

private:
    static constexpr int documents_a_part_bits = 16;

    static int part_bits(std::size_t num_documents) {
        return std::max(0, static_cast<int>(std::bit_width(num_documents)) - documents_a_part_bits);
    }

    /// Says that the keys of `documents` were read so many times.
    void note_keys(buffer<std::uint32_t> const& documents, std::int64_t times) const {
        all_.note_reads(1, times * static_cast<std::int64_t>(sizeof(std::uint32_t) * documents.size()));
    }

    /// Visits the buckets of entries whose keys have the highest `bits` bits in common. Most keys occur once:
    /// they go before anything is sorted.
    template <class Visit>
    void scan_part(std::size_t begin, std::size_t end, int bits, Visit visit) {
        auto const spread = [bits](keyed_document entry) { return entry << bits; };
        auto const hash = [&](keyed_document entry) { return spread(entry & ~std::uint64_t{0xFFFF'FFFF}); };
        twice_table seen{static_cast<std::int64_t>(end - begin)};
        for (auto at = begin; at < end; ++at) {
            seen.insert(hash(entries_[at]));
        }
        repeated_.resize(end - begin + 1);
        std::size_t kept = 0;
        for (auto at = begin; at < end; ++at) {
            repeated_[kept] = entries_[at];
            kept += seen.is_twice(hash(entries_[at])) ? 1 : 0;
        }
        repeated_.resize(kept);
        sort_spread(repeated_, scratch_, spread);
        for (std::size_t first = 0; first < kept;) {
            auto last = first + 1;
            while (last < kept && key_of(repeated_[last]) == key_of(repeated_[first])) {
                ++last;
            }
            if (last - first > 1) {
                members_.clear();
                std::transform(repeated_.data() + first, repeated_.data() + last,
                               std::back_inserter(members_), document_of);
                visit(members_);
            }
            first = last;
        }
    }

    sketches const& all_;
    /// Documents under their keys, part after part, and those of a part whose keys occur twice.
    buffer<keyed_document> entries_, repeated_;
    std::vector<std::size_t> counts_;
    sort_scratch<keyed_document> scratch_;
    bucket members_;
};

/// Buckets of at most this many documents are compared at once, whatever their number.
constexpr std::int64_t small_bucket = 64;

/// How many estimates the larger buckets may take together.
constexpr std::int64_t estimates_a_document = 64;
constexpr std::int64_t estimates_always = std::int64_t{1} << 22;

void compare_all(sketches const& all, bucket const& members, worker& self, pair_spool& pairs,
                 buffer<packed_pair>& found) {
    for (auto second = members.begin() + 1; second != members.end(); ++second) {
        self.checkpoint();
        for (auto first = members.begin(); first != second; ++first) {
            if (all.may_reach(*first, *second)) {
                found.push_back(pack(*first, *second));
            }
        }
        if (found.size() >= pairs.batch_size()) {
            pairs.add(found);
        }
    }
    all.note_reads(std::ssize(members), all.plan().num_minima);
}

/// Calls `use(rows)` with a constant for the numbers of rows of the usual thresholds: keys of bands take half
/// of the time where compilers know it.
template <class Use>
void with_rows(std::int32_t rows, Use use) {
    switch (rows) {
    case 3:
        return use(std::integral_constant<std::int32_t, 3>{});
    case 4:
        return use(std::integral_constant<std::int32_t, 4>{});
    case 6:
        return use(std::integral_constant<std::int32_t, 6>{});
    default:
        return use(rows);
    }
}

struct parted_buckets {
    std::vector<bucket> affordable, heavy;
};

/// The smallest buckets are affordable first; which ones are heavy depends on the buckets alone.
parted_buckets part_buckets(std::vector<std::vector<bucket>> large, std::int64_t num_documents) {
    std::vector<bucket> buckets;
    for (auto& some : large) {
        std::move(some.begin(), some.end(), std::back_inserter(buckets));
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

sketches::sketches(element::lsh_plan const& plan, std::int64_t num_documents, std::int64_t resident_bytes)
    : plan_{plan}, kernels_{&kernels_in_use()}, num_documents_{num_documents},
      resident_bytes_{resident_bytes},
      key_bytes_{static_cast<std::int64_t>(sizeof(std::uint32_t)) * plan.bands * num_documents} {
    if (resident_bytes > 0) {
        file_.emplace();
    } else {
        key_memory_.resize(static_cast<std::size_t>(plan.bands) * static_cast<std::size_t>(num_documents));
        byte_memory_.resize(static_cast<std::size_t>(plan.num_minima) *
                            static_cast<std::size_t>(num_documents));
    }
    keys_ = key_memory_.data();
    bytes_ = byte_memory_.data();
}

sketches::sketches(element::lsh_plan const& plan, std::int64_t num_documents, std::int64_t resident_bytes,
                   duplicate_stages& device)
    : plan_{plan}, kernels_{&kernels_in_use()}, num_documents_{num_documents},
      resident_bytes_{resident_bytes}, key_bytes_{0}, keys_{nullptr} {
    auto const at_a_time = resident_bytes > 0
                               ? std::clamp<std::int64_t>(resident_bytes / plan.num_minima, 1, num_documents)
                               : num_documents;
    byte_memory_.resize(static_cast<std::size_t>(at_a_time * plan.num_minima));
    bytes_ = byte_memory_.data();
    if (resident_bytes == 0) {
        device.copy_minimum_bytes(0, byte_memory_);
        return;
    }
    file_.emplace();
    for (std::int64_t first = 0; first < num_documents; first += at_a_time) {
        auto const count = std::min(at_a_time, num_documents - first) * plan.num_minima;
        device.copy_minimum_bytes(first, {byte_memory_.data(), count});
        file_->write(first * plan.num_minima, bytes_, count);
    }
    byte_memory_ = {};
    seal();
}

void sketches::store(std::int64_t doc, std::uint32_t const* minima) {
    with_rows(plan_.rows, [&](auto rows) {
        auto* const keys = key_memory_.data() + doc;
        for (std::int32_t band = 0; band < plan_.bands; ++band) {
            keys[band * num_documents_] = element::band_key(minima + band * rows, rows);
        }
    });
    kernels_->minimum_bytes(minima, plan_.num_minima,
                            byte_memory_.data() +
                                static_cast<std::size_t>(doc) * static_cast<std::size_t>(plan_.num_minima));
}

void sketches::store(std::int64_t first_doc, sketches const& some) {
    constexpr auto key_size = static_cast<std::int64_t>(sizeof(std::uint32_t));
    auto const count = some.num_documents_;
    for (std::int64_t band = 0; band < plan_.bands; ++band) {
        file_->write((band * num_documents_ + first_doc) * key_size, some.keys_ + band * count,
                     count * key_size);
    }
    file_->write(key_bytes_ + first_doc * plan_.num_minima, some.bytes_, count * plan_.num_minima);
}

void sketches::seal() {
    if (file_) {
        mapping_.emplace(*file_, key_bytes_ + num_documents_ * plan_.num_minima);
        keys_ = static_cast<std::uint32_t const*>(mapping_->data());
        bytes_ = static_cast<std::uint8_t const*>(mapping_->data()) + key_bytes_;
    }
}

bool sketches::may_reach(std::uint32_t a, std::uint32_t b) const {
    auto const size = static_cast<std::size_t>(plan_.num_minima);
    return kernels_->count_equal(bytes_ + a * size, bytes_ + b * size, plan_.num_minima) >=
           plan_.min_agreement;
}

void sketches::note_reads(std::int64_t num_places, std::int64_t bytes_each) const {
    if (!mapping_) {
        return;
    }
    // The system may bring in some pages around each place.
    constexpr std::int64_t around = std::int64_t{1} << 16;
    auto const bytes = num_places * (bytes_each + around);
    if (read_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes > resident_bytes_) {
        read_bytes_.store(0, std::memory_order_relaxed);
        mapping_->forget();
    }
}

std::vector<bucket> find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                                    std::int64_t key_ranges, pair_spool& pairs, execution const& run) {
    auto const num_pieces = all.plan().bands * key_ranges;
    std::vector<std::vector<bucket>> large_in_piece(static_cast<std::size_t>(num_pieces));
    per_worker<band_scanner> scanners{run};
    for_each_piece("finding candidates", num_pieces, run, [&](std::int64_t piece, worker& self) {
        buffer<packed_pair> found;
        auto const visit = [&](bucket const& members) {
            if (std::ssize(members) > small_bucket) {
                large_in_piece[static_cast<std::size_t>(piece)].push_back(members);
            } else {
                compare_all(all, members, self, pairs, found);
            }
        };
        scanners.get(self, all).scan(static_cast<std::int32_t>(piece / key_ranges),
                                     static_cast<std::uint64_t>(piece % key_ranges),
                                     static_cast<std::uint64_t>(key_ranges), documents, visit);
        pairs.add(found);
    });

    auto parted = part_buckets(std::move(large_in_piece), std::ssize(documents));
    for_each_piece(
        "finding candidates", std::ssize(parted.affordable), run, [&](std::int64_t piece, worker& self) {
            buffer<packed_pair> found;
            compare_all(all, parted.affordable[static_cast<std::size_t>(piece)], self, pairs, found);
            pairs.add(found);
        });
    return std::move(parted.heavy);
}

std::vector<bucket> find_candidates(duplicate_stages& device, buffer<std::uint32_t> const& documents,
                                    pair_spool& pairs) {
    duplicate_stages::pair_sink const sink{pairs.batch_size(),
                                           [&](buffer<packed_pair>& some) { pairs.add(some); }};
    std::vector<std::vector<bucket>> large(1);
    large.front() = device.compare_buckets(documents, small_bucket, sink);
    auto parted = part_buckets(std::move(large), std::ssize(documents));
    device.compare_all(parted.affordable, sink);
    return std::move(parted.heavy);
}

candidate_set find_candidates(sketches const& all, buffer<std::uint32_t> const& documents,
                              execution const& run) {
    pair_spool pairs{all.num_documents(), 0};
    candidate_set found;
    found.heavy_buckets = find_candidates(all, documents, 1, pairs, run);
    found.pairs = pairs.take();
    return found;
}

} // namespace newsgpu::cpu
