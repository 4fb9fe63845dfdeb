#include "cpu/bounded_join.hpp"

#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/shared_sets.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace newsgpu::cpu {

namespace {

/// What joining takes: tables of shingles and the hashes that wait for them, shared sets, postings with room
/// to grow and to be sorted; bitmaps, offsets and what the heap adds for each set.
constexpr std::int64_t shingle_bytes = 24, posting_bytes = 56, set_bytes = 256;

class join_costs {
public:
    join_costs(similarity_goal const& goal, view<std::uint32_t const> most_shingles)
        : goal_{goal}, most_shingles_{most_shingles} {}

    std::int64_t bytes_of(std::uint32_t doc) const {
        std::int64_t const size = most_shingles_[doc];
        // Under how many shingles a set is found: all where the smaller set may be as small as it likes.
        auto const listed =
            goal_.kind == set_similarity::containment ? size : size - goal_.least_overlap_with_any(size) + 1;
        return set_bytes + shingle_bytes * size + posting_bytes * listed;
    }

    std::int64_t bytes_of(buffer<std::uint32_t> const& documents) const {
        return std::transform_reduce(documents.begin(), documents.end(), std::int64_t{0}, std::plus<>{},
                                     [this](std::uint32_t doc) { return bytes_of(doc); });
    }

private:
    similarity_goal goal_;
    view<std::uint32_t const> most_shingles_;
};

/// Documents of a stretch of set sizes.
struct block_of_sets {
    std::size_t first, last;
    std::int64_t smallest, largest;
};

/// [documents] the sizes of their sets.
buffer<std::uint32_t> sizes_of(unit_documents corpus, shingle_options const& how,
                               buffer<std::uint32_t> const& documents, execution const& run) {
    constexpr std::int64_t documents_a_piece = 64;
    buffer<std::uint32_t> sizes(documents.size());
    per_worker<shingler> shinglers{run};
    auto const count = std::ssize(documents);
    for_each_piece("measuring sets", (count + documents_a_piece - 1) / documents_a_piece, run,
                   [&](std::int64_t piece, worker& self) {
                       auto const last = std::min((piece + 1) * documents_a_piece, count);
                       for (auto i = piece * documents_a_piece; i < last; ++i) {
                           self.checkpoint();
                           auto const d = static_cast<std::size_t>(i);
                           auto const set = shinglers.get(self, how).read_set(corpus[documents[d]], self);
                           sizes[d] = static_cast<std::uint32_t>(set.size());
                       }
                   });
    return sizes;
}

/// Puts documents into order of size, and cuts them into blocks of which two fit `bytes`.
std::vector<block_of_sets> make_blocks(buffer<std::uint32_t>& documents, buffer<std::uint32_t> const& sizes,
                                       join_costs const& costs, std::int64_t bytes) {
    struct sized {
        std::uint32_t size, doc;
        auto operator<=>(sized const&) const = default;
    };
    buffer<sized> order(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        order[i] = {sizes[i], documents[i]};
    }
    std::sort(order.begin(), order.end());
    std::vector<block_of_sets> blocks;
    std::int64_t left = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const [size, doc] = order[i];
        documents[i] = doc;
        auto const cost = costs.bytes_of(doc);
        if (cost > left) {
            blocks.push_back({i, i, size, size});
            left = bytes / 2;
        }
        left -= cost;
        blocks.back().last = i + 1;
        blocks.back().largest = size;
    }
    return blocks;
}

/// Whether a set of the smaller block and one of the larger may reach the goal.
bool may_reach(similarity_goal const& goal, block_of_sets const& smaller, block_of_sets const& larger) {
    auto const size = std::min(smaller.largest, larger.smallest);
    return goal.least_overlap(size, larger.smallest) <= size;
}

void append(joined_pairs const& some, joined_pairs& all) {
    all.pairs.insert(all.pairs.end(), some.pairs.begin(), some.pairs.end());
    all.similarities.insert(all.similarities.end(), some.similarities.begin(), some.similarities.end());
    all.num_candidates += some.num_candidates;
}

/// Brings pairs that came block by block into order.
void sort_joined(joined_pairs& all) {
    struct scored_pair {
        packed_pair pair;
        double similarity;
    };
    buffer<scored_pair> scored(all.pairs.size());
    for (std::size_t p = 0; p < scored.size(); ++p) {
        scored[p] = {all.pairs[p], all.similarities[p]};
    }
    std::sort(scored.begin(), scored.end(),
              [](scored_pair const& a, scored_pair const& b) { return a.pair < b.pair; });
    for (std::size_t p = 0; p < scored.size(); ++p) {
        all.pairs[p] = scored[p].pair;
        all.similarities[p] = scored[p].similarity;
    }
}

} // namespace

joined_pairs join_sets_within(std::int64_t bytes, unit_documents corpus, shingle_options const& how,
                              buffer<std::uint32_t> const& documents, view<std::uint32_t const> most_shingles,
                              similarity_goal const& goal, execution const& run) {
    join_costs const costs{goal, most_shingles};
    if (bytes == 0 || costs.bytes_of(documents) <= bytes) {
        return join_sets(corpus, how, documents, most_shingles, goal, run);
    }
    auto sharing = find_sharing_documents(corpus, how, documents, most_shingles, goal, bytes, run);
    if (costs.bytes_of(sharing) <= bytes) {
        return join_sets(corpus, how, sharing, most_shingles, goal, run);
    }
    auto const blocks = make_blocks(sharing, sizes_of(corpus, how, sharing, run), costs, bytes);
    joined_pairs all;
    buffer<std::uint8_t> sides(static_cast<std::size_t>(corpus.size()), 0);
    buffer<std::uint32_t> together;
    for (std::size_t a = 0; a < blocks.size(); ++a) {
        auto const begin = sharing.begin();
        auto const of = [&](block_of_sets const& block) {
            return std::pair{begin + static_cast<std::ptrdiff_t>(block.first),
                             begin + static_cast<std::ptrdiff_t>(block.last)};
        };
        auto const [first, last] = of(blocks[a]);
        together.assign(first, last);
        append(join_sets(corpus, how, together, most_shingles, goal, run), all);
        std::for_each(first, last, [&](std::uint32_t doc) { sides[doc] = 1; });
        for (auto b = a + 1; b < blocks.size() && may_reach(goal, blocks[a], blocks[b]); ++b) {
            auto const [other_first, other_last] = of(blocks[b]);
            together.resize(blocks[a].last - blocks[a].first);
            together.insert(together.end(), other_first, other_last);
            append(join_sets(corpus, how, together, most_shingles, goal, run, sides), all);
        }
        std::for_each(first, last, [&](std::uint32_t doc) { sides[doc] = 0; });
    }
    sort_joined(all);
    return all;
}

} // namespace newsgpu::cpu
