#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// What has been counted of a term.
struct term_total {
    std::uint64_t count = 0;
    std::uint32_t document_count = 0;
    std::uint32_t last_document = 0; ///< the number of the document that was counted last; 0 for none
};

/// The number of the document after `document`, from 1 on; once they are used up, they begin anew.
inline std::uint32_t next_document(std::vector<term_total>& totals, std::uint32_t document) {
    if (++document == 0) {
        for (auto& each : totals) {
            each.last_document = 0;
        }
        document = 1;
    }
    return document;
}

/// Adds terms of a document, each `times`; a term may come more than once.
inline void add_terms(std::vector<term_total>& totals, std::uint32_t const* terms, std::size_t count,
                      std::uint32_t times, std::uint32_t document) {
    auto* const all = totals.data();
    for (std::size_t i = 0; i < count; ++i) {
        auto& each = all[terms[i]];
        each.count += times;
        each.document_count += each.last_document != document;
        each.last_document = document;
    }
}

/// Adds the entries of a document: each of its terms once, with its count.
template <class Entries>
void add_entries(std::vector<term_total>& totals, Entries const& entries) {
    for (auto const& [term, count] : entries) {
        totals[term].count += count;
        ++totals[term].document_count;
    }
}

} // namespace newsgpu::cpu
