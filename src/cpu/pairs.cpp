#include "backend.hpp"
#include "cpu/clusters.hpp"
#include "cpu/parallel.hpp"

#include <algorithm>
#include <numeric>

namespace newsgpu::cpu {

namespace {

std::size_t index(std::int64_t doc) {
    return static_cast<std::size_t>(doc);
}

/// The members of every group of copies, ascending: those of the group that begins with `doc` are
/// `members[offsets[doc], offsets[doc + 1])`.
struct member_lists {
    std::vector<std::size_t> offsets;
    std::vector<std::int64_t> members;

    explicit member_lists(buffer<std::int64_t> const& copy_of)
        : offsets(copy_of.size() + 1, 0), members(copy_of.size()) {
        for (auto const first : copy_of) {
            ++offsets[index(first) + 1];
        }
        std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
        auto next = offsets;
        for (std::int64_t doc = 0; doc < std::ssize(copy_of); ++doc) {
            members[next[index(copy_of[index(doc)])]++] = doc;
        }
    }

    /// The members of a group behind `doc`.
    view<std::int64_t const> behind(std::int64_t group, std::int64_t doc) const {
        auto const* first = members.data() + offsets[index(group)];
        auto const* last = members.data() + offsets[index(group) + 1];
        auto const* from = std::upper_bound(first, last, doc);
        return {from, last - from};
    }
};

} // namespace

duplicate_pairs expand_pairs(near_duplicates_result const& result, execution const& run) {
    constexpr std::int64_t documents_a_piece = 1024;
    auto const num_documents = std::ssize(result.copy_of);
    auto const num_pieces = (num_documents + documents_a_piece - 1) / documents_a_piece;
    neighbour_lists const neighbours{result.distinct_pairs, num_documents};
    member_lists const members{result.copy_of};

    /// Calls `visit(group, similarity)` for the groups that `doc` makes pairs with, its own among them.
    auto const for_each_group = [&](std::int64_t doc, auto visit) {
        auto const own = result.copy_of[index(doc)];
        if (result.has_shingles[index(doc)] == 0) {
            return;
        }
        visit(own, 1.0);
        for (auto const& [group, similarity] : neighbours.of(own)) {
            visit(group, similarity);
        }
    };
    std::vector<std::size_t> offsets(index(num_pieces) + 1, 0);
    auto const for_each_document = [&](std::int64_t piece, worker& self, auto visit) {
        auto const last = std::min((piece + 1) * documents_a_piece, num_documents);
        for (auto doc = piece * documents_a_piece; doc < last; ++doc) {
            self.checkpoint();
            visit(doc);
        }
    };
    for_each_piece("counting pairs", num_pieces, run, [&](std::int64_t piece, worker& self) {
        std::size_t count = 0;
        for_each_document(piece, self, [&](std::int64_t doc) {
            for_each_group(
                doc, [&](std::int64_t group, double) { count += index(members.behind(group, doc).size()); });
        });
        offsets[index(piece) + 1] = count;
    });
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());

    duplicate_pairs pairs;
    pairs.left.resize(offsets.back());
    pairs.right.resize(offsets.back());
    pairs.similarity.resize(offsets.back());
    for_each_piece("listing pairs", num_pieces, run, [&](std::int64_t piece, worker& self) {
        struct partner {
            std::int64_t doc;
            double similarity;
        };
        std::vector<partner> partners;
        auto out = offsets[index(piece)];
        for_each_document(piece, self, [&](std::int64_t doc) {
            partners.clear();
            for_each_group(doc, [&](std::int64_t group, double similarity) {
                for (auto const other : members.behind(group, doc)) {
                    partners.push_back({other, similarity});
                }
            });
            std::sort(partners.begin(), partners.end(),
                      [](partner const& a, partner const& b) { return a.doc < b.doc; });
            for (auto const& [other, similarity] : partners) {
                pairs.left[out] = doc;
                pairs.right[out] = other;
                pairs.similarity[out] = similarity;
                ++out;
            }
        });
    });
    return pairs;
}

} // namespace newsgpu::cpu
