#pragma once

#include "backend.hpp"
#include "cpu/counted_pieces.hpp"
#include "ngram_tree.hpp"

namespace newsgpu::cpu {

/// The terms of all workers together.
struct merged_terms {
    static constexpr auto none = arranged_terms::none;

    /// `counts` and `document_counts` are empty until they are added up.
    term_counts terms;
    /// [worker][term]: its column; `none` for one that only begins longer n-grams.
    std::vector<std::vector<std::uint32_t>> columns;
    /// Some column has several terms of one worker: tokens hold the separator, so n-grams can share a text.
    bool several_places = false;
};

merged_terms merge_terms(counted_pieces const& counted, term_identity identity, execution const& run);

/// Adds up the workers' counts, which have been added up, by column. With `several_places` a document that
/// holds several terms of one column is counted for each.
void add_up_columns(merged_terms& merged, counted_pieces const& counted);

} // namespace newsgpu::cpu
