#include "cpu/neighbour_search.hpp"

#include "cpu/prefetch.hpp"
#include "element/cosine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace newsgpu::cpu {

namespace {

/// In additions: of a look at a candidate, whose row is somewhere else in memory, and of one of its entries.
constexpr double candidate_cost = 60, entry_cost = 1;
/// Additions that find a row's first neighbours.
constexpr std::size_t first_postings = 512;
/// The score of a row that is none to be compared.
constexpr auto none = -std::numeric_limits<float>::infinity();

bool is_better(candidate_lists::candidate const& a, candidate_lists::candidate const& b) {
    return a.score > b.score;
}

} // namespace

std::vector<double> squares_of_rows(csr_matrix<double> const& matrix) {
    std::vector<double> squares(static_cast<std::size_t>(matrix.num_rows()), 0);
    for (std::size_t row = 0; row < squares.size(); ++row) {
        for (auto k = static_cast<std::size_t>(matrix.indptr[row]);
             k < static_cast<std::size_t>(matrix.indptr[row + 1]); ++k) {
            squares[row] += matrix.data[k] * matrix.data[k];
        }
    }
    return squares;
}

neighbour_search::neighbour_search(csr_matrix<double> const& matrix, std::vector<double> const& squares,
                                   cosine_index const& index, std::int64_t top, double threshold)
    : matrix_{matrix}, squares_{squares}, index_{index}, top_{static_cast<std::size_t>(top)},
      threshold_{threshold}, bound_rows_{cpu::bound_rows(simd_level_in_use())}, leasts_(block_rows),
      weights_(static_cast<std::size_t>(matrix.num_columns), 0.0), first_sums_(index.num_rows(), 0.0f) {
    for (auto& each : queries_) {
        each.frequent.assign(index.num_frequent(), 0.0f);
        each.sums.resize(block_rows);
    }
    for (auto& each : bounded_) {
        each.resize(block_rows + 1);
    }
}

void neighbour_search::find_first(std::uint32_t row, candidate_lists& lists) {
    met_.clear();
    auto const entries = index_.row(row);
    std::size_t added = 0;
    for (auto i = entries.size(); i > 0; --i) {
        auto const& [rank, weight] = entries[i - 1];
        auto const size = index_.num_postings(rank);
        if (added + size > first_postings && met_.size() > top_) {
            break;
        }
        // Of longer lists the beginning will do.
        auto const* at = index_.postings(rank);
        for (auto const* const last = at + std::min(size, first_postings); at != last; ++at) {
            auto& sum = first_sums_[at->row];
            if (sum == 0 && at->row != row) {
                met_.push_back({0, at->row});
            }
            sum += weight * at->weight;
        }
        added += size;
    }
    for (auto& [score, other] : met_) {
        score = std::exchange(first_sums_[other], 0.0f);
    }
    first_sums_[row] = 0;
    if (met_.size() < top_) {
        return;
    }
    auto const looked_at = std::min(met_.size(), 2 * top_);
    std::nth_element(met_.begin(), met_.begin() + static_cast<std::ptrdiff_t>(looked_at - 1), met_.end(),
                     is_better);
    met_.resize(looked_at);
    spread(row);
    for (auto& [score, other] : met_) {
        score = static_cast<float>(cosine(row, other));
    }
    take_back(row);
    std::nth_element(met_.begin(), met_.begin() + static_cast<std::ptrdiff_t>(top_ - 1), met_.end(),
                     is_better);
    lists.demand(row, met_[top_ - 1].score);
}

void neighbour_search::compare(view<std::uint32_t const> rows, candidate_lists& lists, worker& self) {
    for (std::int64_t first = 0; first < rows.size(); first += std::ssize(queries_)) {
        auto const count = static_cast<std::size_t>(std::min(std::ssize(queries_), rows.size() - first));
        for (std::size_t q = 0; q < count; ++q) {
            begin(queries_[q], rows[first + static_cast<std::int64_t>(q)]);
        }
        for (auto block = rows[first] / block_rows * block_rows; block < index_.num_rows();
             block += block_rows) {
            self.checkpoint();
            for (std::uint32_t i = 0; i < block_rows; ++i) {
                leasts_[i] = block + i < index_.num_rows() ? lists.least(block + i) : -none;
            }
            for (std::size_t q = 0; q < count; q += bound_queries) {
                go_through(block, {queries_.data() + q, std::min(bound_queries, count - q)}, lists);
            }
        }
        for (std::size_t q = 0; q < count; ++q) {
            end(queries_[q]);
        }
    }
}

void neighbour_search::begin(query& each, std::uint32_t row) {
    each.row = row;
    each.entries = index_.row(row);
    each.cursors.clear();
    for (auto const& [rank, weight] : each.entries) {
        if (rank < index_.num_frequent()) {
            each.frequent[rank] = weight;
        } else {
            auto const* const first = index_.postings(rank);
            auto const* const behind = std::upper_bound(
                first, first + index_.num_postings(rank), row,
                [](std::uint32_t wanted, cosine_index::posting const& at) { return wanted < at.row; });
            each.cursors.push_back({behind, weight});
        }
    }
    for (std::size_t group = 0; group < bound_groups; ++group) {
        each.norms[group] = index_.norm(row, group);
    }
}

void neighbour_search::end(query& each) {
    for (auto const& entry : each.entries) {
        if (entry.rank >= index_.num_frequent()) {
            break;
        }
        each.frequent[entry.rank] = 0;
    }
}

/// Compares at most `bound_queries` rows with those of a block that are behind them.
void neighbour_search::go_through(std::uint32_t block, std::span<query> queries, candidate_lists& lists) {
    auto const end = block + std::min(block_rows, index_.num_rows() - block);
    for (auto& each : queries) {
        each.least = lists.least(each.row);
        add_up(each, block, end);
    }
    std::array<bound_query, bound_queries> bounds;
    for (std::size_t q = 0; q < bound_queries; ++q) {
        // Without a row of its own a query asks again what the first one asks.
        auto& each = queries[q < queries.size() ? q : 0];
        bounds[q] = {each.sums.data(), each.norms.data(), each.least, bounded_[q].data(), 0};
    }
    bound_rows_(index_.tile(block), (end - block + bound_tile_rows - 1) / bound_tile_rows, leasts_.data(),
                bounds.data());
    for (std::size_t q = 0; q < queries.size(); ++q) {
        take(queries[q], block, {bounded_[q].data(), bounds[q].num_found}, lists);
    }
}

void neighbour_search::add_up(query& each, std::uint32_t first, std::uint32_t last) {
    auto* const sums = each.sums.data();
    auto const begin = each.row < first ? 0 : std::min(each.row - first + 1, last - first);
    std::fill_n(sums, begin, none);
    std::fill(sums + begin, sums + (last - first), 0.0f);
    std::fill(sums + (last - first), sums + block_rows, none);
    std::int64_t added = 0;
    for (auto& [next, weight] : each.cursors) {
        auto const* at = next;
        for (; at->row < last; ++at) {
            sums[at->row - first] += weight * at->weight;
        }
        added += at - next;
        next = at;
    }
    cost_ += static_cast<double>(added);
}

/// Looks at the rows of a block that may be near enough.
void neighbour_search::take(query& each, std::uint32_t first, std::span<bounded_row> bounded,
                            candidate_lists& lists) {
    auto const begin = bounded.begin(), end = bounded.end();
    // The best first, where there are many: they may show that the others are not near enough.
    if (bounded.size() > 4 * top_) {
        std::nth_element(begin, begin + static_cast<std::ptrdiff_t>(2 * top_), end,
                         [](bounded_row const& a, bounded_row const& b) { return a.bound > b.bound; });
    }
    constexpr std::ptrdiff_t ahead = 8;
    for (auto at = begin; at != end; ++at) {
        if (end - at > ahead) {
            auto const* const next = index_.row(first + at[ahead].row).data();
            prefetch(next);
            prefetch(next + 8);
        }
        auto const row = first + at->row;
        if (at->bound < each.least && at->bound < lists.least(row)) {
            continue;
        }
        auto const score = each.sums[at->row] + frequent_score(each, row);
        // Rows without a common term are no neighbours. Products do not vanish: a weight is far above the
        // root of the least float.
        if (score <= 0) {
            continue;
        }
        if (score >= each.least) {
            offer(each.row, {score, row}, lists);
            each.least = lists.least(each.row);
        }
        if (score >= lists.least(row)) {
            offer(row, {score, each.row}, lists);
        }
    }
}

void neighbour_search::offer(std::uint32_t row, candidate_lists::candidate const& other,
                             candidate_lists& lists) {
    if (lists.offer(row, other)) {
        spread(row);
        lists.settle(row, [&](std::uint32_t one) { return cosine(row, one); });
        take_back(row);
    }
}

/// What the frequent columns add to the score of a row.
float neighbour_search::frequent_score(query const& each, std::uint32_t row) {
    float sum = 0;
    auto const entries = index_.row(row);
    auto const* at = entries.begin();
    for (; at != entries.end() && at->rank < index_.num_frequent(); ++at) {
        sum += each.frequent[at->rank] * at->weight;
    }
    cost_ += candidate_cost + entry_cost * static_cast<double>(at - entries.begin());
    return sum;
}

std::vector<neighbour> const& neighbour_search::nearest(std::uint32_t row, candidate_lists const& lists) {
    found_.clear();
    spread(row);
    for (auto const& [score, other] : lists.of(row)) {
        if (score >= lists.least(row)) {
            auto const similarity = cosine(row, other);
            if (similarity >= threshold_) {
                found_.push_back({similarity, other});
            }
        }
    }
    take_back(row);
    auto const kept = std::min(found_.size(), top_);
    std::partial_sort(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(kept), found_.end());
    found_.resize(kept);
    return found_;
}

void neighbour_search::spread(std::uint32_t row) {
    for (auto k = matrix_.indptr[row]; k < matrix_.indptr[row + 1u]; ++k) {
        weights_[static_cast<std::size_t>(matrix_.indices[static_cast<std::size_t>(k)])] =
            matrix_.data[static_cast<std::size_t>(k)];
    }
}

void neighbour_search::take_back(std::uint32_t row) {
    for (auto k = matrix_.indptr[row]; k < matrix_.indptr[row + 1u]; ++k) {
        weights_[static_cast<std::size_t>(matrix_.indices[static_cast<std::size_t>(k)])] = 0;
    }
}

/// The products are summed in the order of the rows, which is one order for all of them: the same bits from
/// either side, and for an equal row those of its square. Terms that are not common add 0, which changes no
/// bit. `row` has been spread out.
double neighbour_search::cosine(std::uint32_t row, std::uint32_t other) const {
    double sum = 0;
    for (auto k = static_cast<std::size_t>(matrix_.indptr[other]);
         k < static_cast<std::size_t>(matrix_.indptr[other + 1u]); ++k) {
        sum += weights_[static_cast<std::size_t>(matrix_.indices[k])] * matrix_.data[k];
    }
    return element::cosine(sum, std::sqrt(squares_[row] * squares_[other]));
}

} // namespace newsgpu::cpu
