#include "backend.hpp"
#include "cpu/candidate_lists.hpp"
#include "cpu/cosine_index.hpp"
#include "cpu/neighbour_search.hpp"
#include "cpu/parallel.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/weighted_terms.hpp"

#include <functional>
#include <limits>
#include <numeric>

namespace newsgpu::cpu {

namespace {

/// How many columns it is best to bound instead of adding them up: few leave long lists, many leave many rows
/// that may be near. Found by trying on some rows. Results do not depend on it.
void choose_frequent(cosine_index& index, std::function<double()> const& try_some) {
    constexpr std::uint32_t choices[] = {128, 256, 512, 1024, 2048}, few_rows = 4096;
    if (index.num_rows() < few_rows) {
        index.set_frequent(choices[1]);
        return;
    }
    auto best = std::numeric_limits<double>::infinity();
    for (auto const choice : choices) {
        index.set_frequent(choice);
        auto const cost = try_some();
        if (cost >= best) {
            index.set_frequent(choice / 2);
            return;
        }
        best = cost;
    }
}

} // namespace

similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run) {
    constexpr std::int64_t rows_a_piece = 64;
    auto const matrix = weighted_terms(corpus, how, run).matrix;
    auto const squares = squares_of_rows(matrix);
    cosine_index index{matrix};
    auto const num_rows = matrix.num_rows();
    candidate_lists lists{index, static_cast<std::size_t>(top), threshold};
    // Runs `work(search, rows, worker)` for rows after rows.
    auto const for_rows = [&](char const* stage, auto const& work) {
        per_worker<neighbour_search> searches{run};
        for_each_slice(stage, num_rows, rows_a_piece, run, [&](slice const& some, worker& self) {
            work(searches.get(self, matrix, squares, index, top, threshold), some, self);
        });
    };
    for_rows("preparing", [&](neighbour_search& search, slice const& some, worker& self) {
        self.checkpoint();
        for (auto row = some.first; row < some.last; ++row) {
            search.find_first(static_cast<std::uint32_t>(row), lists);
        }
    });
    constexpr std::uint32_t num_tried = 32;
    std::vector<std::uint32_t> tried_rows;
    for (std::uint32_t i = 0; i < num_tried; ++i) {
        tried_rows.push_back(index.num_rows() / num_tried * i);
    }
    choose_frequent(index, [&] {
        double cost = 0;
        for_each_piece("preparing", 1, run, [&](std::int64_t, worker& self) {
            auto tried = lists.emptied();
            neighbour_search search{matrix, squares, index, top, threshold};
            search.compare(tried_rows, tried, self);
            cost = search.cost();
        });
        return cost;
    });
    for_rows("comparing", [&](neighbour_search& search, slice const& some, worker& self) {
        std::vector<std::uint32_t> rows(static_cast<std::size_t>(some.last - some.first));
        std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(some.first));
        search.compare(rows, lists, self);
    });
    std::vector<similar_documents> pieces(static_cast<std::size_t>(num_slices(num_rows, rows_a_piece)));
    for_rows("ranking", [&](neighbour_search& search, slice const& some, worker& self) {
        self.checkpoint();
        auto& piece = pieces[static_cast<std::size_t>(some.number)];
        for (auto row = some.first; row < some.last; ++row) {
            for (auto const& [similarity, other] : search.nearest(static_cast<std::uint32_t>(row), lists)) {
                piece.left.push_back(row);
                piece.right.push_back(other);
                piece.similarities.push_back(similarity);
            }
        }
    });
    similar_documents all;
    for (auto& piece : pieces) {
        all.left.insert(all.left.end(), piece.left.begin(), piece.left.end());
        all.right.insert(all.right.end(), piece.right.begin(), piece.right.end());
        all.similarities.insert(all.similarities.end(), piece.similarities.begin(), piece.similarities.end());
        piece = {};
    }
    return all;
}

} // namespace newsgpu::cpu
