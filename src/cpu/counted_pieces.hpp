#pragma once

#include "cpu/term_reader.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// What one worker has counted. Its terms have numbers of their own.
struct worker_counts {
    term_reader reader;
    /// [terms] over all documents that this worker read.
    std::vector<std::int64_t> counts, document_counts;

    explicit worker_counts(analyzer const& how) : reader{how} {}
    std::uint32_t num_terms() const { return reader.terms().size(); }
};

/// A run of documents counted by one worker, in that worker's numbers.
struct counted_piece {
    std::size_t worker = 0;
    /// The terms that the worker met here first are `[first_term, last_term)`.
    std::uint32_t first_term = 0, last_term = 0;
    /// Its rows one after another, and how long each is.
    std::vector<term_reader::entry> entries;
    std::vector<std::uint32_t> row_sizes;
};

struct counted_pieces {
    std::vector<document_range> ranges;
    std::vector<worker_counts> workers;
    std::vector<counted_piece> pieces;
};

/// Counts every document of the corpus. Without `keep_rows` the pieces hold no entries.
counted_pieces count_pieces(corpus_view corpus, analyzer const& how, bool keep_rows, execution const& run);

} // namespace newsgpu::cpu
