#include "backend.hpp"
#include "cpu/clusters.hpp"
#include "cpu/parallel.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <numeric>

namespace newsgpu::cpu {

namespace {

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
    neighbour_lists const neighbours{result.distinct_pairs, num_documents};
    member_lists const members{result.copy_of};

    // Calls `visit(group, similarity)` for the groups that `doc` makes pairs with, its own among them.
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
    std::vector<std::size_t> offsets(index(num_slices(num_documents, documents_a_piece)) + 1, 0);
    auto const count_pairs = [&](slice const& some, worker& self) {
        std::size_t count = 0;
        for (auto doc = some.first; doc < some.last; ++doc) {
            self.checkpoint();
            for_each_group(
                doc, [&](std::int64_t group, double) { count += index(members.behind(group, doc).size()); });
        }
        offsets[index(some.number) + 1] = count;
    };
    for_each_slice("counting pairs", num_documents, documents_a_piece, run, count_pairs);
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());

    duplicate_pairs pairs;
    pairs.left.resize(offsets.back());
    pairs.right.resize(offsets.back());
    pairs.similarity.resize(offsets.back());
    auto const list_pairs = [&](slice const& some, worker& self) {
        struct partner {
            std::int64_t doc;
            double similarity;
        };
        std::vector<partner> partners;
        auto out = offsets[index(some.number)];
        for (auto doc = some.first; doc < some.last; ++doc) {
            self.checkpoint();
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
        }
    };
    for_each_slice("listing pairs", num_documents, documents_a_piece, run, list_pairs);
    return pairs;
}

} // namespace newsgpu::cpu
