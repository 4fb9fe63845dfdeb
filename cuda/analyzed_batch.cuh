#pragma once

#include "cuda/character_tokens.cuh"
#include "cuda/device_tokens.cuh"

#include <newsgpu/count.hpp>

#include <cstdint>
#include <functional>
#include <optional>

// What n-grams of a batch are made of, by the unit of an analyzer.

namespace newsgpu::cuda {

/// The parts of n-grams, which stay within documents, or within groups of parts where there are groups.
struct parts_of_terms {
    device_tokens_view tokens;
    view<std::int64_t const> before_group; ///< [G + 1] parts before each group, and behind the last; or empty
};

/// What is the same for all batches of a call.
class analyzer_forms {
public:
    /// Waits for the stream, so that any other one may use them.
    analyzer_forms(analyzer const& how, stream const& on);

    ngram_unit unit() const { return unit_; }
    normalization form() const { return form_; }
    /// ngram_unit::characters: of documents.
    form_table const* of_documents() const { return of_documents_ ? &*of_documents_ : nullptr; }
    /// The other units: of words.
    token_forms const* of_tokens() const { return of_tokens_ ? &*of_tokens_ : nullptr; }

private:
    ngram_unit unit_;
    normalization form_;
    std::optional<form_table> of_documents_;
    std::optional<token_forms> of_tokens_;
};

class analyzed_batch {
public:
    /// Waits for the device.
    /// @param poll called every few milliseconds.
    /// @param stats where what is left to the host is counted.
    analyzed_batch(batch const& part, analyzer_forms const& forms, std::function<void()> const& poll,
                   stream const& on, staging& copies, device_stats& stats);

    parts_of_terms parts() const;

    /// Device memory for a byte of text, its copy included, and parts, at most; a document of one byte may
    /// have one more.
    static std::int64_t bytes_per_byte(analyzer const& how);
    static std::int64_t parts_per_byte(analyzer const& how);

private:
    std::optional<device_tokens> tokens_;
    std::optional<grouped_tokens> characters_;
};

} // namespace newsgpu::cuda
