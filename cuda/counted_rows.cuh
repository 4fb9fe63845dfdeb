#pragma once

#include "backend.hpp"

#include "cuda/staging.cuh"
#include "cuda/term_counter.cuh"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

// What the device has counted, on the host.

namespace newsgpu::cuda {

/// The rows of a batch.
struct host_rows {
    buffer<std::int64_t> offsets; ///< [D + 1]
    buffer<std::uint32_t> terms, counts;

    std::int64_t num_documents() const { return std::ssize(offsets) - 1; }
};

/// What takes the rows of one batch after the other. Throws with nothing taken.
using row_sink = std::function<void(counted_batch const&, stream const&, staging&)>;

host_rows bring_home(counted_batch const& counted, stream const& on, staging& copies);

/// The terms of a counter as columns.
struct term_columns {
    term_counts terms; ///< `counts` and `document_counts` are empty until they are added up
    /// [terms of the counter] the column of each.
    buffer<std::int32_t> columns;
    /// Some column is of several terms.
    bool several_places = false;
};
term_columns arrange_columns(term_counter const& counter, term_identity identity, stream const& on);

/// Adds up totals of the counter's terms by column.
void add_up_columns(term_columns& columns, buffer<std::int64_t> const& counts,
                    buffer<std::int64_t> const& document_counts);

std::unique_ptr<counted_rows> make_counted_rows(term_columns columns, std::vector<host_rows> rows,
                                                int device);

} // namespace newsgpu::cuda
