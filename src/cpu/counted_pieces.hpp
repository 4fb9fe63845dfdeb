#pragma once

#include "cpu/term_reader.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

using row_store = term_reader::row_store;
using word_store = term_reader::word_store;

/// The row of keys that come in ascending order: an entry a key, with the sum of its counts.
/// @param size of the keys, at most.
/// @param visit calls what it is given with each key, below 2^32 - 1, and its count. Whether a key is another
///   than the one before is unpredictable, so no branch depends on it.
template <class Visit>
row_store::list summed_row(std::size_t size, row_store& store, Visit visit) {
    auto* const row = store.room(size);
    auto* end = row;
    std::uint32_t before = 0xFFFF'FFFF, sum = 0;
    visit([&](std::uint32_t key, std::uint32_t count) {
        std::uint32_t const is_new = key != before;
        sum = (sum & (is_new - 1)) + count; // compilers make a jump of a choice
        end += is_new;
        end[-1] = {key, sum};
        before = key;
    });
    return store.keep(row, end);
}

/// What one worker has counted. Its terms have numbers of their own.
struct worker_counts {
    term_reader reader;
    row_store rows;
    word_store words;
    /// [terms] over all documents that this worker read; empty until they are added up.
    std::vector<term_total> sums;

    explicit worker_counts(analyzer const& how) : reader{how} {}
    std::uint32_t num_terms() const { return reader.terms().size(); }
    void take_totals();
};

/// A run of documents counted by one worker, in that worker's numbers.
struct counted_piece {
    std::size_t worker = 0;
    /// The terms that the worker met here first are `[first_term, last_term)`.
    std::uint32_t first_term = 0, last_term = 0;
    /// One of them has something for every document: its entries, or, where all terms are words, its words.
    std::vector<row_store::list> rows;
    std::vector<word_store::list> words;
};

struct counted_pieces {
    std::vector<document_range> ranges;
    std::vector<worker_counts> workers;
    std::vector<counted_piece> pieces;
};

/// Counts every document. Either keeps the rows, or adds them up.
counted_pieces count_pieces(documents_view documents, analyzer const& how, bool keep_rows,
                            execution const& run);

/// The same for some ranges of documents, until the workers have met `max_terms` terms together: what has
/// been counted by then is taken out of `ranges`. At least one range is.
counted_pieces count_pieces(documents_view documents, std::vector<document_range>& ranges,
                            analyzer const& how, bool keep_rows, std::uint64_t max_terms,
                            execution const& run);

/// Adds up the rows of each worker.
void add_up(counted_pieces& counted, execution const& run);

} // namespace newsgpu::cpu
