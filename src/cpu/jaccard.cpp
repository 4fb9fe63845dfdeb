#include "cpu/jaccard.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "element/jaccard.hpp"

#include <algorithm>

namespace newsgpu::cpu {

namespace {

/// The shingle sets of some documents, made in parallel.
class shingle_sets {
public:
    shingle_sets(corpus_view corpus, shingle_options const& how, std::vector<std::uint32_t> const& documents,
                 per_worker<shingler>& shinglers, execution const& run)
        : sets_(documents.size()) {
        constexpr std::int64_t documents_a_piece = 16;
        auto const num_documents = std::ssize(documents);
        auto const num_pieces = (num_documents + documents_a_piece - 1) / documents_a_piece;
        memory_.resize(static_cast<std::size_t>(num_pieces));
        for_each_piece("reading candidates", num_pieces, run, [&](std::int64_t piece, worker& self) {
            auto& reader = shinglers.get(self, how);
            auto& memory = memory_[static_cast<std::size_t>(piece)];
            auto const first = piece * documents_a_piece;
            auto const last = std::min(first + documents_a_piece, num_documents);
            std::vector<std::size_t> ends;
            for (auto i = first; i < last; ++i) {
                auto const set = reader.read_set(corpus[documents[static_cast<std::size_t>(i)]], self);
                memory.insert(memory.end(), set.begin(), set.end());
                ends.push_back(memory.size());
            }
            std::size_t begin = 0;
            for (auto i = first; i < last; ++i) {
                auto const end = ends[static_cast<std::size_t>(i - first)];
                sets_[static_cast<std::size_t>(i)] = {memory.data() + begin,
                                                      static_cast<std::int64_t>(end - begin)};
                begin = end;
            }
        });
    }

    shingle_set operator[](std::size_t i) const { return sets_[i]; }

private:
    std::vector<buffer<std::uint64_t>> memory_;
    std::vector<shingle_set> sets_;
};

constexpr std::uint32_t no_slot = 0xFFFF'FFFF;

/// A run of pairs and the documents in it.
struct round {
    std::size_t first_pair, last_pair;
    std::vector<std::uint32_t> documents;
};

/// Takes pairs from `first_pair` on until their documents' sets fill `set_bytes`, and gives every document a
/// slot.
round next_round(corpus_view corpus, buffer<packed_pair> const& pairs, std::size_t first_pair,
                 std::int64_t set_bytes, std::vector<std::uint32_t>& slots) {
    // A shingle takes eight bytes, and text has at least one byte for each.
    constexpr std::int64_t set_bytes_a_byte = 8;
    round taken{first_pair, first_pair, {}};
    std::int64_t bytes = 0;
    auto const add = [&](std::uint32_t doc) {
        if (slots[doc] == no_slot) {
            slots[doc] = static_cast<std::uint32_t>(taken.documents.size());
            taken.documents.push_back(doc);
            bytes += set_bytes_a_byte * static_cast<std::int64_t>(corpus[doc].size());
        }
    };
    while (taken.last_pair < pairs.size() && (taken.last_pair == first_pair || bytes < set_bytes)) {
        add(left_of(pairs[taken.last_pair]));
        add(right_of(pairs[taken.last_pair]));
        ++taken.last_pair;
    }
    return taken;
}

} // namespace

std::int64_t similarity_goal::least_overlap(std::int64_t size_a, std::int64_t size_b) const {
    return kind == set_similarity::jaccard ? element::least_jaccard_overlap(threshold, size_a, size_b)
                                           : element::least_containment_overlap(threshold, size_a, size_b);
}

std::int64_t similarity_goal::least_overlap_with_any(std::int64_t size) const {
    return element::least_overlap(threshold, static_cast<double>(size));
}

double similarity_goal::similarity(std::int64_t size_a, std::int64_t size_b, std::int64_t common) const {
    return kind == set_similarity::jaccard ? element::jaccard(size_a, size_b, common)
                                           : element::containment(size_a, size_b, common);
}

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

buffer<double> verify_pairs(corpus_view corpus, shingle_options const& how, buffer<packed_pair> const& pairs,
                            similarity_goal const& goal, execution const& run, std::int64_t set_bytes) {
    constexpr std::int64_t pairs_a_piece = 256;
    buffer<double> similarities(pairs.size());
    per_worker<shingler> shinglers{run};
    std::vector<std::uint32_t> slots(pairs.empty() ? 0 : static_cast<std::size_t>(corpus.size()), no_slot);
    for (std::size_t done = 0; done < pairs.size();) {
        auto const now = next_round(corpus, pairs, done, set_bytes, slots);
        shingle_sets const sets{corpus, how, now.documents, shinglers, run};
        auto const num_pairs = static_cast<std::int64_t>(now.last_pair - now.first_pair);
        for_each_piece("comparing", (num_pairs + pairs_a_piece - 1) / pairs_a_piece, run,
                       [&](std::int64_t piece, worker& self) {
                           auto const first =
                               now.first_pair + static_cast<std::size_t>(piece * pairs_a_piece);
                           auto const last =
                               std::min(first + static_cast<std::size_t>(pairs_a_piece), now.last_pair);
                           for (auto p = first; p < last; ++p) {
                               self.checkpoint();
                               auto const a = sets[slots[left_of(pairs[p])]];
                               auto const b = sets[slots[right_of(pairs[p])]];
                               auto const common = count_common(a, b, goal.least_overlap(a.size(), b.size()));
                               auto const similarity = goal.similarity(a.size(), b.size(), common);
                               similarities[p] = similarity >= goal.threshold ? similarity : 0;
                           }
                       });
        for (auto const doc : now.documents) {
            slots[doc] = no_slot;
        }
        done = now.last_pair;
    }
    return similarities;
}

} // namespace newsgpu::cpu
