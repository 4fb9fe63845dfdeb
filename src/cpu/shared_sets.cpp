#include "cpu/shared_sets.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/twice_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace newsgpu::cpu {

namespace {

/// Consecutive ones of some documents, as work for one thread.
struct piece_of_documents {
    std::size_t first, last;
};

/// Some hundred kilobytes of news a piece; fewer where documents are long.
constexpr std::size_t most_documents = 128;
constexpr std::int64_t most_shingles_a_piece = 1 << 16;

std::vector<piece_of_documents> cut_pieces(buffer<std::uint32_t> const& documents,
                                           view<std::uint32_t const> most_shingles) {
    std::vector<piece_of_documents> pieces;
    std::size_t first = 0;
    std::int64_t shingles = 0;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        shingles += most_shingles[documents[i]];
        if (i + 1 - first == most_documents || shingles >= most_shingles_a_piece ||
            i + 1 == documents.size()) {
            pieces.push_back({first, i + 1});
            first = i + 1;
            shingles = 0;
        }
    }
    return pieces;
}

/// Calls `visit(i)` for the documents of a piece.
template <class Visit>
void for_each_in_piece(piece_of_documents piece, worker& self, Visit visit) {
    for (auto i = piece.first; i < piece.last; ++i) {
        self.checkpoint();
        visit(i);
    }
}

/// One of a power of two of equal parts of all hashes.
struct hash_part {
    std::uint64_t index = 0, mask = 0;

    bool holds(std::uint64_t hash) const { return (hash & mask) == index; }
};

/// Documents whose shingles are looked at, and how.
struct shingle_source {
    unit_documents corpus;
    shingle_options const& how;
    buffer<std::uint32_t> const& documents;
    std::vector<piece_of_documents> const& pieces;
    per_worker<shingler>& shinglers;
    execution const& run;
};

/// What the hashes of a piece take while they wait to be entered, with room to grow.
constexpr std::int64_t waiting_bytes_a_piece = most_shingles_a_piece * 16;

/// Enters the shingles of all documents that `part` holds into one table. Hashes are first parted by their
/// highest bits, and each of those parts is then entered by one worker, which has a stretch of the table for
/// itself: no atomics, and the answer is always the same.
void enter_shingles(shingle_source const& source, hash_part part, std::int64_t waiting_bytes,
                    twice_table& seen) {
    constexpr int stretch_bits = 6;
    constexpr std::int64_t num_stretches = 1 << stretch_bits;
    static_assert(stretch_bits <= twice_table::independent_bits);
    using parted_hashes = std::array<buffer<std::uint64_t>, num_stretches>;
    auto const pieces_a_round = std::clamp<std::int64_t>(waiting_bytes / waiting_bytes_a_piece, 1, 64);
    std::vector<parted_hashes> parted(static_cast<std::size_t>(pieces_a_round));
    auto const num_pieces = std::ssize(source.pieces);
    for (std::int64_t done = 0; done < num_pieces; done += pieces_a_round) {
        auto const in_round = std::min(pieces_a_round, num_pieces - done);
        for_each_piece("counting shingles", in_round, source.run, [&](std::int64_t piece, worker& self) {
            auto& reader = source.shinglers.get(self, source.how);
            auto& parts = parted[static_cast<std::size_t>(piece)];
            for_each_in_piece(source.pieces[static_cast<std::size_t>(done + piece)], self,
                              [&](std::size_t i) {
                                  reader.read(source.corpus[source.documents[i]], self,
                                              [&](view<std::uint64_t const> block) {
                                                  for (auto const hash : block) {
                                                      if (part.holds(hash)) {
                                                          parts[hash >> (64 - stretch_bits)].push_back(hash);
                                                      }
                                                  }
                                              });
                              });
        });
        for_each_piece("counting shingles", num_stretches, source.run, [&](std::int64_t stretch, worker&) {
            for (std::int64_t piece = 0; piece < in_round; ++piece) {
                auto& hashes = parted[static_cast<std::size_t>(piece)][static_cast<std::size_t>(stretch)];
                for (auto const hash : hashes) {
                    seen.insert(hash);
                }
                hashes.clear();
            }
        });
    }
}

/// Calls `shared(hash)` for the shingles of document i that `part` holds and `seen` knows twice, and
/// `alone()` for the others: these are in no other place, so not twice in this document either.
template <class Shared, class Alone>
void look_up_shingles(shingle_source const& source, std::size_t i, hash_part part, twice_table const& seen,
                      worker& self, Shared shared, Alone alone) {
    constexpr std::int64_t lookahead = 16;
    auto& reader = source.shinglers.get(self, source.how);
    reader.read(source.corpus[source.documents[i]], self, [&](view<std::uint64_t const> block) {
        for (std::int64_t s = 0; s < block.size(); ++s) {
            seen.prefetch(block[std::min(s + lookahead, block.size() - 1)]);
            if (part.holds(block[s])) {
                if (seen.is_twice(block[s])) {
                    shared(block[s]);
                } else {
                    alone();
                }
            }
        }
    });
}

bool can_reach(similarity_goal const& goal, std::int64_t num_shared, std::int64_t size) {
    if (goal.kind == set_similarity::containment) {
        return num_shared > 0; // it may be the larger of two sets
    }
    // |A n B| / |A u B| <= |A n B| / |A|.
    return num_shared > 0 && num_shared >= goal.least_overlap_with_any(size);
}

/// Reads the documents again and keeps the shingles that `seen` knows twice.
std::vector<shared_set> read_shared(shingle_source const& source, twice_table const& seen,
                                    similarity_goal const& goal) {
    auto const num_pieces = std::ssize(source.pieces);
    std::vector<std::vector<shared_set>> found(static_cast<std::size_t>(num_pieces));
    struct scratch {
        buffer<std::uint64_t> shared;
        sort_scratch<std::uint64_t> sorting;
    };
    per_worker<scratch> scratches{source.run};
    for_each_piece("finding shared shingles", num_pieces, source.run, [&](std::int64_t piece, worker& self) {
        auto const p = static_cast<std::size_t>(piece);
        auto& own = scratches.get(self);
        auto& shared = own.shared;
        for_each_in_piece(source.pieces[p], self, [&](std::size_t i) {
            shared.clear();
            std::int64_t num_alone = 0;
            look_up_shingles(
                source, i, {}, seen, self, [&](std::uint64_t hash) { shared.push_back(hash); },
                [&] { ++num_alone; });
            // Repeats are still counted here: this lets too much through, never too little.
            if (!can_reach(goal, std::ssize(shared), num_alone + std::ssize(shared))) {
                return;
            }
            sort_spread(shared, own.sorting, [](std::uint64_t hash) { return hash; });
            auto const end = std::unique(shared.begin(), shared.end());
            auto const size = num_alone + (end - shared.begin());
            if (can_reach(goal, end - shared.begin(), size)) {
                found[p].push_back({source.documents[i], size, buffer<std::uint64_t>(shared.begin(), end)});
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

std::int64_t count_most_shingles(buffer<std::uint32_t> const& documents,
                                 view<std::uint32_t const> most_shingles) {
    std::int64_t total = 0;
    for (auto const doc : documents) {
        total += most_shingles[doc];
    }
    return total;
}

std::vector<shared_set> find_shared_sets(unit_documents corpus, shingle_options const& how,
                                         buffer<std::uint32_t> const& documents,
                                         view<std::uint32_t const> most_shingles, similarity_goal const& goal,
                                         execution const& run) {
    constexpr std::int64_t waiting_bytes = 64 * waiting_bytes_a_piece;
    per_worker<shingler> shinglers{run};
    auto const pieces = cut_pieces(documents, most_shingles);
    shingle_source const source{corpus, how, documents, pieces, shinglers, run};
    std::vector<shared_set> sets;
    {
        twice_table seen{count_most_shingles(documents, most_shingles)};
        enter_shingles(source, {}, waiting_bytes, seen);
        sets = read_shared(source, seen, goal);
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

buffer<std::uint32_t> find_sharing_documents(unit_documents corpus, shingle_options const& how,
                                             buffer<std::uint32_t> const& documents,
                                             view<std::uint32_t const> most_shingles,
                                             similarity_goal const& goal, std::int64_t bytes,
                                             execution const& run) {
    auto const total = count_most_shingles(documents, most_shingles);
    std::uint64_t num_parts = 1;
    while (twice_table::bytes_for(total / static_cast<std::int64_t>(num_parts)) > bytes / 2 &&
           num_parts < static_cast<std::uint64_t>(total)) {
        num_parts *= 2;
    }
    per_worker<shingler> shinglers{run};
    auto const pieces = cut_pieces(documents, most_shingles);
    shingle_source const source{corpus, how, documents, pieces, shinglers, run};
    // Repeats are counted too: this lets too much through, never too little.
    buffer<std::uint32_t> shared(documents.size(), 0);
    for (std::uint64_t part = 0; part < num_parts; ++part) {
        hash_part const here{part, num_parts - 1};
        twice_table seen{total / static_cast<std::int64_t>(num_parts)};
        enter_shingles(source, here, bytes / 2, seen);
        for_each_piece(
            "finding shared shingles", std::ssize(pieces), run, [&](std::int64_t piece, worker& self) {
                for_each_in_piece(pieces[static_cast<std::size_t>(piece)], self, [&](std::size_t i) {
                    look_up_shingles(source, i, here, seen, self, [&](std::uint64_t) { ++shared[i]; }, [] {});
                });
            });
    }
    buffer<std::uint32_t> left;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (can_reach(goal, shared[i], most_shingles[documents[i]])) {
            left.push_back(documents[i]);
        }
    }
    return left;
}

} // namespace newsgpu::cpu
