#include "cpu/shared_sets.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"

#include <algorithm>
#include <array>

namespace newsgpu::cpu {

namespace {

/// Documents a piece of work: some hundred kilobytes of news.
constexpr std::int64_t documents_a_piece = 128;

std::int64_t num_pieces(std::int64_t num_documents) {
    return (num_documents + documents_a_piece - 1) / documents_a_piece;
}

/// Calls `visit(i)` for the documents of a piece.
template <class Visit>
void for_each_in_piece(std::int64_t piece, std::int64_t num_documents, worker& self, Visit visit) {
    auto const last = std::min((piece + 1) * documents_a_piece, num_documents);
    for (auto i = piece * documents_a_piece; i < last; ++i) {
        self.checkpoint();
        visit(static_cast<std::size_t>(i));
    }
}

/// Enters the shingles of all documents into one table. Hashes are first parted by their highest bits, and
/// each part is then entered by one worker, which has a stretch of the table for itself: no atomics, and the
/// answer is always the same.
void enter_shingles(corpus_view corpus, shingle_options const& how, buffer<std::uint32_t> const& documents,
                    per_worker<shingler>& shinglers, twice_table& seen, execution const& run) {
    constexpr std::int64_t pieces_a_round = 64;
    constexpr int part_bits = 6;
    constexpr std::int64_t num_parts = 1 << part_bits;
    static_assert(part_bits <= twice_table::independent_bits);
    using parted_hashes = std::array<buffer<std::uint64_t>, num_parts>;
    std::vector<parted_hashes> parted(pieces_a_round);
    auto const pieces = num_pieces(std::ssize(documents));
    for (std::int64_t done = 0; done < pieces; done += pieces_a_round) {
        auto const in_round = std::min(pieces_a_round, pieces - done);
        for_each_piece("counting shingles", in_round, run, [&](std::int64_t piece, worker& self) {
            auto& reader = shinglers.get(self, how);
            auto& parts = parted[static_cast<std::size_t>(piece)];
            for_each_in_piece(done + piece, std::ssize(documents), self, [&](std::size_t i) {
                reader.read(corpus[documents[i]], self, [&](view<std::uint64_t const> block) {
                    for (auto const hash : block) {
                        parts[hash >> (64 - part_bits)].push_back(hash);
                    }
                });
            });
        });
        for_each_piece("counting shingles", num_parts, run, [&](std::int64_t part, worker&) {
            for (std::int64_t piece = 0; piece < in_round; ++piece) {
                auto& hashes = parted[static_cast<std::size_t>(piece)][static_cast<std::size_t>(part)];
                for (auto const hash : hashes) {
                    seen.insert(hash);
                }
                hashes.clear();
            }
        });
    }
}

bool can_reach(similarity_goal const& goal, std::int64_t num_shared, std::int64_t size) {
    if (goal.kind == set_similarity::containment) {
        return num_shared > 0; // it may be the larger of two sets
    }
    // |A n B| / |A u B| <= |A n B| / |A|.
    return num_shared > 0 && num_shared >= goal.least_overlap_with_any(size);
}

/// Reads the documents again and keeps the shingles that `seen` knows twice.
std::vector<shared_set> read_shared(corpus_view corpus, shingle_options const& how,
                                    buffer<std::uint32_t> const& documents, twice_table const& seen,
                                    per_worker<shingler>& shinglers, similarity_goal const& goal,
                                    execution const& run) {
    auto const pieces = num_pieces(std::ssize(documents));
    std::vector<std::vector<shared_set>> found(static_cast<std::size_t>(pieces));
    struct scratch {
        buffer<std::uint64_t> shared;
        sort_scratch<std::uint64_t> sorting;
    };
    per_worker<scratch> scratches{run};
    for_each_piece("finding shared shingles", pieces, run, [&](std::int64_t piece, worker& self) {
        auto& reader = shinglers.get(self, how);
        auto& own = scratches.get(self);
        auto& shared = own.shared;
        for_each_in_piece(piece, std::ssize(documents), self, [&](std::size_t i) {
            constexpr std::int64_t lookahead = 16;
            shared.clear();
            std::int64_t num_alone = 0;
            reader.read(corpus[documents[i]], self, [&](view<std::uint64_t const> block) {
                for (std::int64_t s = 0; s < block.size(); ++s) {
                    seen.prefetch(block[std::min(s + lookahead, block.size() - 1)]);
                    if (seen.is_twice(block[s])) {
                        shared.push_back(block[s]);
                    } else {
                        ++num_alone; // in no other place, so not twice in this document either
                    }
                }
            });
            // Repeats are still counted here: this lets too much through, never too little.
            if (!can_reach(goal, std::ssize(shared), num_alone + std::ssize(shared))) {
                return;
            }
            sort_spread(shared, own.sorting, [](std::uint64_t hash) { return hash; });
            auto const end = std::unique(shared.begin(), shared.end());
            auto const size = num_alone + (end - shared.begin());
            if (can_reach(goal, end - shared.begin(), size)) {
                found[static_cast<std::size_t>(piece)].push_back(
                    {documents[i], size, buffer<std::uint64_t>(shared.begin(), end)});
            }
        });
    });
    std::vector<shared_set> sets;
    for (auto& part : found) {
        std::move(part.begin(), part.end(), std::back_inserter(sets));
    }
    return sets;
}

std::int64_t num_shared(std::vector<shared_set> const& sets) {
    std::int64_t total = 0;
    for (auto const& set : sets) {
        total += std::ssize(set.shared);
    }
    return total;
}

/// Drops what only sets that are gone had in common.
void drop_unshared(std::vector<shared_set>& sets, similarity_goal const& goal) {
    twice_table seen{num_shared(sets)};
    for (auto const& set : sets) {
        for (auto const hash : set.shared) {
            seen.insert(hash);
        }
    }
    for (auto& set : sets) {
        std::erase_if(set.shared, [&](std::uint64_t hash) { return !seen.is_twice(hash); });
    }
    std::erase_if(sets,
                  [&](shared_set const& set) { return !can_reach(goal, std::ssize(set.shared), set.size); });
}

} // namespace

std::vector<shared_set> find_shared_sets(corpus_view corpus, shingle_options const& how,
                                         buffer<std::uint32_t> const& documents, std::int64_t num_shingles,
                                         similarity_goal const& goal, execution const& run) {
    per_worker<shingler> shinglers{run};
    std::vector<shared_set> sets;
    {
        twice_table seen{num_shingles};
        enter_shingles(corpus, how, documents, shinglers, seen, run);
        sets = read_shared(corpus, how, documents, seen, shinglers, goal, run);
    }
    // Another round pays as long as it drops a tenth of what is left.
    for (auto before = num_shared(sets); before > 0;) {
        drop_unshared(sets, goal);
        auto const after = num_shared(sets);
        if (after >= before - before / 10) {
            break;
        }
        before = after;
    }
    return sets;
}

} // namespace newsgpu::cpu
