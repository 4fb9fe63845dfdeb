#include "cpu/copies.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"
#include "element_index.hpp"

#include <numeric>

namespace newsgpu::cpu {

namespace {

struct entry {
    document_identity identity;
    std::int64_t doc;

    friend auto operator<=>(entry const&, entry const&) = default;
};

} // namespace

buffer<document_identity> identities_of(unit_documents corpus, shingle_options const& how,
                                        duplicate_stages::summaries const& read, execution const& run) {
    buffer<document_identity> identities;
    std::vector<std::int64_t> without_words;
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        auto const num_units = read.num_units[index(doc)];
        identities.push_back(
            {element::combine(read.product_sums[index(doc)], static_cast<std::uint64_t>(num_units)),
             read.placed_sums[index(doc)]});
        if (num_units == 0 && how.unit == shingle_unit::words) {
            without_words.push_back(doc);
        }
    }
    // These are told apart by their characters, which the device has not read.
    per_worker<shingler> readers{run};
    for_each_piece("reading", std::ssize(without_words), run, [&](std::int64_t piece, worker& self) {
        auto const doc = without_words[index(piece)];
        auto const [first, second] =
            readers.get(self, how).read_low(corpus[doc], self, [](view<std::uint32_t const>) {}).identity;
        identities[index(doc)] = {first, second};
    });
    return identities;
}

buffer<std::int64_t> find_copies(buffer<document_identity> const& identities,
                                 buffer<std::uint8_t> const& is_copyable) {
    buffer<std::int64_t> copy_of(identities.size());
    std::iota(copy_of.begin(), copy_of.end(), 0);
    twice_table seen{static_cast<std::int64_t>(identities.size())};
    // Of millions of documents the table is in no cache.
    auto const prefetch = [&](std::size_t doc) {
        constexpr std::size_t ahead = 16;
        if (doc + ahead < identities.size()) {
            seen.prefetch(identities[doc + ahead].first);
        }
    };
    for (std::size_t doc = 0; doc < identities.size(); ++doc) {
        prefetch(doc);
        if (is_copyable[doc] != 0) {
            seen.insert(identities[doc].first);
        }
    }
    buffer<entry> repeated;
    for (std::size_t doc = 0; doc < identities.size(); ++doc) {
        prefetch(doc);
        if (is_copyable[doc] != 0 && seen.is_twice(identities[doc].first)) {
            repeated.push_back({identities[doc], static_cast<std::int64_t>(doc)});
        }
    }
    sort_scratch<entry> scratch;
    sort_spread(repeated, scratch, [](entry const& e) { return e.identity.first; });
    for (std::size_t i = 1; i < repeated.size(); ++i) {
        if (repeated[i].identity == repeated[i - 1].identity) {
            copy_of[static_cast<std::size_t>(repeated[i].doc)] =
                copy_of[static_cast<std::size_t>(repeated[i - 1].doc)];
        }
    }
    return copy_of;
}

} // namespace newsgpu::cpu
