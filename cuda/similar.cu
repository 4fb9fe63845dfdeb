#include "backend.hpp"

#include "cuda/neighbour_search.cuh"
#include "cuda/weighted_terms.cuh"

#include <algorithm>
#include <optional>

namespace newsgpu::cuda {

namespace {

constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;
/// Pairs of rows that are compared before the call can be stopped: tenths of a second.
constexpr std::int64_t pairs_a_round = std::int64_t{1} << 32;
/// A share of the memory with which it is no use to go on.
constexpr std::int64_t least_block_bytes = std::int64_t{1} << 16;

/// Compares the rows of a matrix block by block: half of the memory is for rows that look for near ones, half
/// for an index of those that are looked at, which is made once where all of them fit.
class comparison {
public:
    comparison(csr_matrix<double> const& matrix, std::int64_t top, double threshold, execution const& run,
               stream const& on)
        : matrix_{matrix}, top_{top}, threshold_{threshold}, run_{run}, on_{on}, copies_{chunk_bytes},
          block_bytes_{(run.device_memory > 0 ? run.device_memory : free_memory() / 2) / 2} {}

    similar_documents run() {
        similar_documents found;
        for (std::int64_t first = 0; first < matrix_.num_rows();) {
            try {
                auto const last = end_of_rows<std::int64_t>(
                    matrix_.indptr, first, neighbour_search::costs(matrix_.num_rows(), top_), block_bytes_);
                add(search(first, last), first, found);
                first = last;
            } catch (out_of_device_memory const&) {
                retry();
            }
        }
        return found;
    }

private:
    best_entries search(std::int64_t first, std::int64_t last) {
        neighbour_search searching{upload_rows(matrix_, first, last, on_, copies_),
                                   first,
                                   matrix_.num_rows(),
                                   top_,
                                   threshold_,
                                   on_};
        auto const round =
            std::max<std::int64_t>(1, pairs_a_round / (last - first) / neighbour_search::tile_rows) *
            neighbour_search::tile_rows;
        for (std::int64_t of_index = 0; of_index < matrix_.num_rows();) {
            auto const& index = index_from(of_index);
            searching.begin(index, of_index);
            for (std::int64_t from = 0; from < index.num_rows(); from += round) {
                poll(first, last, of_index + from);
                searching.compare(from, std::min(from + round, index.num_rows()));
                on_.synchronize();
            }
            of_index += index.num_rows();
        }
        return searching.take();
    }

    /// An index of as many rows from `first` on as fit into the memory.
    cosine_index const& index_from(std::int64_t first) {
        if (!index_ || first_of_index_ != first) {
            index_.reset();
            auto const last =
                end_of_rows<std::int64_t>(matrix_.indptr, first, cosine_index::costs, block_bytes_);
            index_.emplace(upload_rows(matrix_, first, last, on_, copies_), on_);
            first_of_index_ = first;
        }
        return *index_;
    }

    /// Device memory ran out: the block begins again, with less.
    void retry() {
        on_.synchronize();
        index_.reset();
        if (run_.stats != nullptr) {
            ++run_.stats->retries;
        }
        if (block_bytes_ < least_block_bytes) {
            throw;
        }
        block_bytes_ /= 2;
    }

    static void add(best_entries const& best, std::int64_t first, similar_documents& found) {
        for (std::size_t row = 0; row + 1 < best.offsets.size(); ++row) {
            auto const count = static_cast<std::size_t>(best.offsets[row + 1] - best.offsets[row]);
            found.left.insert(found.left.end(), count, first + static_cast<std::int64_t>(row));
        }
        found.right.insert(found.right.end(), best.columns.begin(), best.columns.end());
        found.similarities.insert(found.similarities.end(), best.scores.begin(), best.scores.end());
    }

    /// @param first the block that is compared, to `last`, and how many rows it has been compared with.
    void poll(std::int64_t first, std::int64_t last, std::int64_t compared) const {
        if (run_.monitor != nullptr) {
            auto const num_rows = static_cast<double>(matrix_.num_rows());
            auto const of_block = static_cast<double>(compared) / num_rows;
            run_.monitor->poll("comparing",
                               (static_cast<double>(first) + static_cast<double>(last - first) * of_block) /
                                   num_rows);
        }
    }

    csr_matrix<double> const& matrix_;
    std::int64_t top_;
    double threshold_;
    execution const& run_;
    stream const& on_;
    staging copies_;
    std::int64_t block_bytes_;
    std::optional<cosine_index> index_;
    std::int64_t first_of_index_ = 0;
};

} // namespace

similar_documents similar(corpus_view corpus, std::int64_t top, double threshold, analyzer const& how,
                          execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    auto const matrix = weighted_terms(corpus, how, run).matrix;
    return comparison{matrix, top, threshold, run, on}.run();
}

} // namespace newsgpu::cuda
