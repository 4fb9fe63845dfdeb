#pragma once

#include "cuda/batches.cuh"
#include "cuda/character_units.cuh"
#include "cuda/device_tokens.cuh"
#include "cuda/shingle_units.cuh"
#include "cuda/text_form.cuh"

#include <newsgpu/near_duplicates.hpp>

#include <functional>
#include <optional>

// What the shingles of a batch's documents are made of, by the unit of shingles.

namespace newsgpu::cuda {

/// What is the same for all batches of a call.
class unit_reader {
public:
    /// Waits for the stream, so that any other one may use it.
    unit_reader(near_duplicate_options const& options, stream const& on);

    shingle_rule const& rule() const { return rule_; }
    form_table const& form() const { return *form_; }
    token_forms const& tokens() const { return *tokens_; }

private:
    shingle_rule rule_;
    std::optional<form_table> form_;    ///< shingle_unit::characters
    std::optional<token_forms> tokens_; ///< shingle_unit::words
};

/// The characters of a batch's documents. Making one begins the work and does not wait; `finish` does.
class batch_characters {
public:
    batch_characters(batch const& part, unit_reader const& reader, std::function<void()> poll,
                     stream const& on, staging& copies);
    void finish(stream const& on, staging& copies, device_stats& stats);

    hashed_characters units() const { return {units_->code_points.view(), seed_}; }
    unit_ranges ranges() const { return {units_->begins.view(), units_->places.view()}; }

    /// Device memory for a byte of text, its copy included: the form, what is measured, code points.
    static constexpr std::int64_t bytes_per_byte = 10;

private:
    batch const& part_;
    std::uint64_t seed_;
    text_form form_;
    std::optional<character_units> units_;
};

/// The hashes of the words of a batch's documents.
class batch_words {
public:
    batch_words(batch const& part, unit_reader const& reader, std::function<void()> poll, stream const& on,
                staging& copies);
    void finish(stream const& on, staging& copies, device_stats& stats);

    view<std::uint64_t const> units() const { return hashes_->view(); }
    unit_ranges ranges() const;

    static constexpr std::int64_t bytes_per_byte = device_tokens::bytes_per_byte + 8;

private:
    batch const& part_;
    unit_reader const& reader_;
    std::function<void()> poll_;
    std::optional<device_tokens> tokens_;
    std::optional<device_buffer<std::uint64_t>> hashes_;
};

} // namespace newsgpu::cuda
