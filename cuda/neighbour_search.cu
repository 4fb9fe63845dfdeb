#include "cuda/neighbour_search.cuh"

#include "cuda/bits.cuh"
#include "cuda/collectives.cuh"
#include "cuda/lane_sum.cuh"
#include "cuda/launch.cuh"
#include "cuda/search.cuh"

#include "element/cosine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 256;
constexpr unsigned block_warps = block_threads / warp_size;
constexpr auto tile_rows = neighbour_search::tile_rows;

/// The dot products of a warp's row with the rows of a tile.
struct tile_sums {
    double of_warp[block_warps][tile_rows];
};

/// Rows that look for near ones.
struct searching_rows {
    std::uint32_t first, no_padding; ///< which row of the matrix the first one is, and 0
    view<std::int64_t const> offsets;
    view<double const> weights, squares;
    posting_ranges postings; ///< of each entry: those of rows that are not compared yet
};

/// Rows that are looked at.
struct listed_rows {
    std::uint32_t first, no_padding; ///< as above
    postings listed;
    view<double const> squares;
};

/// Some of them.
struct tile {
    std::uint32_t first, last;
};

/// The number with these bits. Those of numbers that are not negative are in their order.
__device__ double number_of(std::uint64_t bits) {
    double number;
    __builtin_memcpy(&number, &bits, sizeof number);
    return number;
}

/// Which lanes of a mask come before this one.
__device__ unsigned before_lane(unsigned lanes) {
    return lanes & ((1U << lane_rank()) - 1);
}

__device__ std::uint32_t count_of(unsigned lanes) {
    return static_cast<std::uint32_t>(count_ones(lanes));
}

/// Candidates for the nearest rows of a warp's row. All lanes come to each function.
class candidate_list {
public:
    /// @param top how many are wanted.
    __device__ candidate_list(nearest_rows const& all, std::int64_t row, std::uint32_t top)
        : rows_{all.rows.data() + row * all.room}, similarities_{all.similarities.data() + row * all.room},
          room_{all.room}, top_{top}, size_{all.sizes[row]}, least_{all.least[row]} {}

    __device__ std::uint32_t size() const { return size_; }
    __device__ double least() const { return least_; }

    /// A row whose dot product is less is not near enough. The norms are 1 but for what 2^31 roundings can
    /// change.
    __device__ double least_sum() const { return least_ * (1 - 1e-6); }

    /// Adds the rows of those lanes where `may_be_near`, if they are near enough.
    __device__ void add(bool may_be_near, double similarity, std::uint32_t row) {
        auto const near = ballot(may_be_near && similarity >= least_);
        if (count_of(near) > room_ - size_) {
            keep_best();
        }
        if ((near >> lane_rank() & 1) != 0) {
            put(size_ + count_of(before_lane(near)), similarity, row);
        }
        size_ += count_of(near);
    }

private:
    /// The best `top` stay, in their order, of equal ones the first; from now on only better ones are near
    /// enough, for they come behind.
    __device__ void keep_best() {
        sync_warp(); // others have written some of them
        // The largest number that `top` of them reach, from its highest bit on; similarities are at most 1,
        // so the highest two are 0.
        std::uint64_t bits = 0;
        for (auto bit = std::uint64_t{1} << 61; bit != 0; bit >>= 1) {
            auto const tried = number_of(bits | bit);
            auto const num_reaching = count([&](double similarity) { return similarity >= tried; });
            if (num_reaching >= top_) {
                bits |= bit;
            }
            if (num_reaching == top_) {
                break;
            }
        }
        auto const bound = number_of(bits);
        auto const num_better = count([&](double similarity) { return similarity > bound; });
        std::uint32_t num_equal = 0, kept = 0;
        for (std::uint32_t first = 0; first < size_; first += warp_size) {
            auto const i = first + lane_rank();
            auto const similarity = i < size_ ? similarities_[i] : 0;
            auto const row = i < size_ ? rows_[i] : 0;
            auto const equal = ballot(similarity == bound);
            auto const stays =
                similarity > bound ||
                (similarity == bound && num_better + num_equal + count_of(before_lane(equal)) < top_);
            num_equal += count_of(equal);
            auto const staying = ballot(stays);
            sync_warp(); // all lanes have read
            if (stays) {
                put(kept + count_of(before_lane(staying)), similarity, row);
            }
            kept += count_of(staying);
        }
        size_ = kept;
        least_ = number_of(bits + 1);
    }

    template <class Predicate>
    __device__ std::uint32_t count(Predicate holds) const {
        std::uint32_t mine = 0;
        for (auto i = lane_rank(); i < size_; i += warp_size) {
            mine += holds(similarities_[i]) ? 1 : 0;
        }
        return sum_of_lanes(mine);
    }

    __device__ void put(std::uint32_t place, double similarity, std::uint32_t row) {
        similarities_[place] = similarity;
        rows_[place] = row;
    }

    std::uint32_t* rows_;
    double* similarities_;
    std::uint32_t room_, top_, size_;
    double least_;
};

/// Adds up the dot products of a warp's row with the rows of a tile.
__device__ void add_up(searching_rows const& searching, std::int64_t row, postings const& listed, tile at,
                       double* sums) {
    for (auto i = lane_rank(); i < tile_rows; i += warp_size) {
        sums[i] = 0;
    }
    sync_warp();
    auto const end = searching.offsets[row + 1];
    for (auto entries = searching.offsets[row]; entries < end; entries += warp_size) {
        // A lane an entry: whether its next posting is of this tile.
        auto const mine = entries + lane_rank();
        auto next = mine < end ? searching.postings.begins[mine] : 0;
        auto const behind = mine < end ? searching.postings.ends[mine] : 0;
        auto const weight = mine < end ? searching.weights[mine] : 0;
        auto const met = ballot(next < behind && listed.rows[next] < at.last);
        for (auto left = met; left != 0; left &= left - 1) {
            // All lanes an entry, a posting each.
            auto const lane = static_cast<unsigned>(lowest_one(left));
            auto first = shuffle(next, lane);
            auto const stop = shuffle(behind, lane);
            auto const factor = shuffle(weight, lane);
            std::uint32_t num_added;
            do {
                auto const i = first + lane_rank();
                auto const other = i < stop ? listed.rows[i] : at.last;
                if (other < at.last) {
                    sums[other - at.first] += factor * listed.weights[i];
                }
                num_added = count_of(ballot(other < at.last));
                first += num_added;
            } while (num_added == warp_size);
            next = lane == lane_rank() ? first : next;
            sync_warp(); // what the next entry adds to may be another lane's
        }
        if ((met >> lane_rank() & 1) != 0) {
            searching.postings.begins[mine] = next;
        }
    }
}

/// A warp a row: compares it with the rows `[from, to)` of those that are listed.
__global__ void __launch_bounds__(block_threads)
    compare_rows(searching_rows searching, listed_rows others, std::uint32_t from, std::uint32_t to,
                 std::uint32_t top, nearest_rows nearest) {
    auto const row = global_rank() / warp_size;
    if (row >= searching.squares.size()) { // the whole warp
        return;
    }
    auto* const sums = shared<tile_sums>().of_warp[warp_rank()];
    candidate_list mine{nearest, row, top};
    for (auto first = from; first < to;) {
        tile const at{first, to - first > tile_rows ? first + tile_rows : to};
        add_up(searching, row, others.listed, at, sums);
        for (std::uint32_t group = 0; group < at.last - at.first; group += warp_size) {
            // Rows without a common column are no neighbours; products do not vanish. A row is none of its
            // own.
            auto const sum = sums[group + lane_rank()];
            auto const other = others.first + at.first + group + lane_rank();
            auto const may_be_near = sum > 0 && sum >= mine.least_sum() && other != searching.first + row;
            if (any_of_warp(may_be_near)) {
                auto const square = may_be_near ? others.squares[other - others.first] : 1;
                auto const root = sqrt(searching.squares[row] * square);
                mine.add(may_be_near, element::cosine(sum, root), other);
            }
        }
        first = at.last; // a lane begins those sums again that it has read
    }
    if (lane_rank() == 0) {
        nearest.sizes[row] = mine.size();
        nearest.least[row] = mine.least();
    }
}

/// A thread a row that was found: without the room between them.
/// @param offsets [rows + 1] how many the rows before have.
__global__ void __launch_bounds__(block_threads)
    close_up(nearest_rows nearest, view<std::int64_t const> offsets, view<std::uint32_t> rows,
             view<double> similarities) {
    auto const i = global_rank();
    if (i < rows.size()) {
        auto const row = range_of(offsets, i);
        auto const at = row * nearest.room + i - offsets[row];
        rows[i] = nearest.rows[at];
        similarities[i] = nearest.similarities[at];
    }
}

/// Candidates that a row has room for: twice as many as are wanted, so that it seldom is full, and what the
/// lanes of a warp find at once.
std::int64_t room_for(std::int64_t num_rows, std::int64_t top) {
    return std::min(num_rows, 2 * std::min(num_rows, top) + 2 * std::int64_t{warp_size});
}

} // namespace

row_costs neighbour_search::costs(std::int64_t num_rows, std::int64_t top) {
    constexpr std::int64_t of_entry = 12 + 16, of_row = 48, of_candidate = 12 + 80;
    return {of_entry, of_row + room_for(num_rows, top) * of_candidate};
}

neighbour_search::neighbour_search(row_block rows, std::int64_t first, std::int64_t num_rows,
                                   std::int64_t top, double threshold, stream const& on)
    : on_{on}, rows_{std::move(rows)}, first_{static_cast<std::uint32_t>(first)},
      top_{static_cast<std::uint32_t>(std::min(num_rows, top))},
      room_{static_cast<std::uint32_t>(room_for(num_rows, top))}, squares_{squares_of_rows(rows_, on)},
      begins_{rows_.num_entries(), on}, ends_{rows_.num_entries(), on}, near_{rows_.num_rows() * room_, on},
      similarities_{rows_.num_rows() * room_, on}, sizes_{rows_.num_rows(), on},
      least_{rows_.num_rows(), on} {
    fill_bytes(sizes_.view(), 0, on);
    buffer<double> const least(static_cast<std::size_t>(rows_.num_rows()), threshold);
    copy_to_device<double>(least, least_.view(), on);
    on.synchronize(); // the host's array goes
}

void neighbour_search::begin(cosine_index const& index, std::int64_t first) {
    index_ = &index;
    first_of_index_ = static_cast<std::uint32_t>(first);
    index.find(rows_.columns.view(), {begins_.view(), ends_.view()}, on_);
}

void neighbour_search::compare(std::int64_t from, std::int64_t to) {
    searching_rows const searching{first_,
                                   0,
                                   rows_.offsets.view(),
                                   rows_.values.view(),
                                   squares_.view(),
                                   {begins_.view(), ends_.view()}};
    listed_rows const others{first_of_index_, 0, index_->listed(), index_->squares()};
    launch(on_, {parts_of(rows_.num_rows(), block_warps), block_threads}, compare_rows, searching, others,
           static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to), top_, nearest());
}

best_entries neighbour_search::take() {
    auto const sizes = to_host(sizes_.view(), on_);
    buffer<std::int64_t> offsets{0};
    for (auto const size : sizes) {
        offsets.push_back(offsets.back() + size);
    }
    auto const total = offsets.back();
    row_block found{std::move(offsets), {rows_.num_rows() + 1, on_}, {total, on_}, {total, on_}};
    copy_to_device<std::int64_t>(found.host_offsets, found.offsets.view(), on_);
    on_.synchronize(); // what throws behind takes the host's array away
    launch(on_, threads_for(total, block_threads), close_up, nearest(), found.offsets.const_view(),
           found.columns.view(), found.values.view());
    return rank_rows(found, top_, on_);
}

} // namespace newsgpu::cuda
