#include "backend.hpp"
#include "cpu/parallel.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

namespace {

constexpr std::int64_t terms_a_piece = std::int64_t{1} << 16;

/// Nearly all counts are small, so terms are dealt out by count; the few frequent ones are sorted.
constexpr std::int64_t frequent = std::int64_t{1} << 12;

/// Of terms that are next to each other.
struct piece_counts {
    /// [count] how many terms have it, and then where the next of them goes.
    std::array<std::size_t, frequent> places{};
    std::vector<std::int32_t> frequent_terms;
};

} // namespace

buffer<std::int32_t> select(view<std::int64_t const> counts, view<std::int64_t const> document_counts,
                            ngram_selection const& which, execution const& run) {
    auto const size = counts.size();
    if (size > std::numeric_limits<std::int32_t>::max()) {
        throw std::length_error{"more than 2^31 - 1 n-grams to report"};
    }
    auto const num_pieces = (size + terms_a_piece - 1) / terms_a_piece;
    auto const each_selected = [&](std::int64_t piece, auto visit) {
        auto const end = std::min(size, (piece + 1) * terms_a_piece);
        for (auto term = piece * terms_a_piece; term < end; ++term) {
            auto const enough = counts[term] >= which.min_count &&
                                (document_counts.empty() || document_counts[term] >= which.min_documents);
            if (enough) {
                visit(static_cast<std::int32_t>(term), counts[term]);
            }
        }
    };
    std::vector<piece_counts> pieces(static_cast<std::size_t>(num_pieces));
    for_each_piece("selecting n-grams", num_pieces, run, [&](std::int64_t number, worker&) {
        auto& mine = pieces[static_cast<std::size_t>(number)];
        each_selected(number, [&](std::int32_t term, std::int64_t count) {
            if (count < frequent) {
                ++mine.places[static_cast<std::size_t>(count)];
            } else {
                mine.frequent_terms.push_back(term);
            }
        });
    });

    std::vector<std::int32_t> first;
    for (auto const& each : pieces) {
        first.insert(first.end(), each.frequent_terms.begin(), each.frequent_terms.end());
    }
    std::stable_sort(first.begin(), first.end(),
                     [&](std::int32_t a, std::int32_t b) { return counts[a] > counts[b]; });
    auto const limit =
        which.top < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(which.top);
    auto next = first.size();
    std::int64_t least = frequent;
    while (least > 0 && next < limit) {
        --least;
        for (auto& each : pieces) {
            next += std::exchange(each.places[static_cast<std::size_t>(least)], next);
        }
    }
    buffer<std::int32_t> selected(next);
    std::copy(first.begin(), first.end(), selected.begin());
    for_each_piece("selecting n-grams", num_pieces, run, [&](std::int64_t number, worker&) {
        auto& places = pieces[static_cast<std::size_t>(number)].places;
        each_selected(number, [&](std::int32_t term, std::int64_t count) {
            if (count < frequent && count >= least) {
                selected[places[static_cast<std::size_t>(count)]++] = term;
            }
        });
    });
    selected.resize(std::min(next, limit));
    return selected;
}

ngram_counts report(term_counts const& counted, ngram_selection const& which, execution const& run) {
    auto const selected = select(counted.counts, counted.document_counts, which, run);
    ngram_counts found;
    found.terms = texts(counted.terms, std::ssize(selected), selected.data(), run);
    found.n.resize(selected.size());
    found.counts.resize(selected.size());
    found.document_counts.resize(selected.size());
    auto const num_pieces = (std::ssize(selected) + terms_a_piece - 1) / terms_a_piece;
    for_each_piece("selecting n-grams", num_pieces, run, [&](std::int64_t number, worker&) {
        auto const begin = static_cast<std::size_t>(number * terms_a_piece);
        auto const end = std::min(selected.size(), begin + static_cast<std::size_t>(terms_a_piece));
        for (auto i = begin; i < end; ++i) {
            auto const term = static_cast<std::size_t>(selected[i]);
            found.n[i] = static_cast<std::int8_t>(counted.terms.length(selected[i]));
            found.counts[i] = counted.counts[term];
            found.document_counts[i] = counted.document_counts[term];
        }
    });
    return found;
}

} // namespace newsgpu::cpu
