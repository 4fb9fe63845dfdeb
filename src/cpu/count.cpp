#include "backend.hpp"
#include "cpu/merged_rows.hpp"

namespace newsgpu::cpu {

term_counts count_terms(documents_view documents, analyzer const& how, term_identity identity,
                        execution const& run) {
    auto counted = count_pieces(documents, how, false, run);
    auto merged = merge_terms(counted, identity, run);
    if (merged.several_places) {
        // Only the documents can tell how many of them hold one n-gram of a term or another.
        merged_rows rows{documents, how, identity, run};
        rows.add_up(run);
        return rows.take_terms();
    }
    add_up_columns(merged, counted);
    return std::move(merged.terms);
}

} // namespace newsgpu::cpu
