#pragma once

#include "cuda/cosine_index.cuh"
#include "cuda/row_blocks.cuh"
#include "cuda/row_ranks.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// Candidates for the nearest rows of some rows: those of row q have room from `q * room` on, `sizes[q]` are
/// there.
struct nearest_rows {
    std::uint32_t room, no_padding; ///< the latter 0: nothing in a kernel's argument is left to chance
    view<std::uint32_t> rows;
    view<double> similarities;
    view<std::uint32_t> sizes;
    view<double> least; ///< what a similarity must reach to be among the nearest
};

/// Finds the rows nearest to a block of rows, exactly. Indexes of other rows come one after the other, the
/// first rows first. A matrix has less than 2^32 - 1 rows.
///
/// A warp takes a row and goes over tiles of the others, whose dot products with it are in shared memory.
/// It walks the row's entries in order, and the lanes share the postings of each: so a sum has one order, its
/// row's, and no two lanes add to it at once. What reaches the nearest so far is listed; where the list is
/// full, the best ones stay, and any other must be better from then on.
class neighbour_search {
public:
    /// @param first which row of the matrix the first one is.
    /// @param num_rows of the matrix.
    neighbour_search(row_block rows, std::int64_t first, std::int64_t num_rows, std::int64_t top,
                     double threshold, stream const& on);

    /// Compares with the rows of an index from now on, the first of which is row `first` of the matrix.
    void begin(cosine_index const& index, std::int64_t first);
    /// Compares with rows `[from, to)` of it, which follow those that it was compared with before.
    void compare(std::int64_t from, std::int64_t to);

    /// The `top` rows of each, the nearest first, equally near ones by their number. Waits.
    best_entries take();

    /// Device memory for an entry and for a row, at most.
    static row_costs costs(std::int64_t num_rows, std::int64_t top);

    /// Rows of an index are best compared by multiples of these.
    static constexpr std::uint32_t tile_rows = 512;

private:
    nearest_rows nearest() {
        return {room_, 0, near_.view(), similarities_.view(), sizes_.view(), least_.view()};
    }

    stream on_;
    row_block rows_;
    std::uint32_t first_, top_, room_;
    device_buffer<double> squares_;
    device_buffer<std::int64_t> begins_, ends_;
    device_buffer<std::uint32_t> near_;
    device_buffer<double> similarities_;
    device_buffer<std::uint32_t> sizes_;
    device_buffer<double> least_;
    cosine_index const* index_ = nullptr;
    std::uint32_t first_of_index_ = 0;
};

} // namespace newsgpu::cuda
