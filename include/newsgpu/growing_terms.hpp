#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/count.hpp>

#include <cstdint>
#include <string_view>

namespace newsgpu {

/// Term counts of a corpus that arrives in batches: after any number of batches they are those of one corpus
/// that holds them all. Terms are numbered in order of first appearance and told apart by their bytes.
///
///     newsgpu::growing_terms seen;
///     for (auto const& batch : batches)
///         seen.add(newsgpu::count_terms(batch), batch.size());
class growing_terms {
public:
    growing_terms();

    /// Adds what a batch holds. Cost: one lookup for each of its terms.
    /// @throw invalid_input if there would be 2^31 terms or more.
    void add(term_counts const& batch, std::int64_t num_documents, execution const& run = {});

    /// The same for terms given as text, in order of first appearance, with their counts.
    /// @throw invalid_input unless both counts have one entry a term.
    void add(corpus_view terms, view<std::int64_t const> counts, view<std::int64_t const> document_counts,
             std::int64_t num_documents);

    std::int64_t size() const { return terms_.size(); }
    std::int64_t num_documents() const { return num_documents_; }
    /// [V] in order of first appearance.
    string_column const& terms() const { return terms_; }
    buffer<std::int64_t> const& counts() const { return counts_; }
    buffer<std::int64_t> const& document_counts() const { return document_counts_; }

    /// [V] the terms in code point order, by their numbers. Cost: a sort.
    buffer<std::int32_t> sorted() const;

private:
    void add(std::string_view term, std::int64_t count, std::int64_t document_count);
    void grow();

    string_column terms_;
    buffer<std::int64_t> counts_, document_counts_;
    std::int64_t num_documents_ = 0;
    /// (32 bits of hash, number + 1); 0 where free.
    buffer<std::uint64_t> slots_;
};

} // namespace newsgpu
