#pragma once

#include "cuda/device_tokens.cuh"
#include "cuda/growing_buffer.cuh"
#include "cuda/ngram_terms.cuh"
#include "cuda/text_terms.cuh"

#include "ngram_tree.hpp"

#include <newsgpu/count.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace newsgpu::cuda {

/// How often the documents of a batch hold each term: those of document d are entries
/// `[offsets[d], offsets[d + 1])`, in the order in which terms first appear in the corpus.
struct counted_batch {
    view<std::int64_t const> offsets;  ///< [D + 1]
    view<std::uint64_t const> entries; ///< document << 32 | term
    view<std::uint32_t const> counts;
};

/// Counts the n-grams of one batch of whole documents after the other. A term is an n-gram of `min_n` to
/// `max_n` tokens; terms are numbered in the order in which the corpus shows them: document by document,
/// shorter ones first.
class term_counter {
public:
    term_counter(int min_n, int max_n, stream const& on);

    std::int64_t num_terms() const { return num_terms_; }

    /// Counts a batch; waits for the device. Throws with nothing of the batch counted.
    /// @param keep is shown the rows before anything is counted for good.
    using row_visitor = std::function<void(counted_batch const&)>;
    void add(device_tokens_view tokens, row_visitor const& keep, stream const& on);

    /// Occurrences of each term, and documents that hold it.
    buffer<std::int64_t> counts(stream const& on) const;
    buffer<std::int64_t> document_counts(stream const& on) const;

    /// The n-grams in order.
    struct sorted_terms {
        ngram_tree tree;
        /// [terms] the length of each, and its index in the tree.
        buffer<vocabulary::place> places;
    };
    sorted_terms sort(stream const& on) const;

    /// Device memory for a byte of text, at most.
    static std::int64_t bytes_per_byte(int min_n, int max_n);

private:
    struct sizes {
        std::int64_t parts;
        std::vector<std::int64_t> longer;
    };
    sizes current() const;
    void restore(sizes const& before, stream const& on);
    void count(device_tokens_view tokens, sizes const& before, row_visitor const& keep, stream const& on);
    std::int64_t rank_new(std::vector<numbered_items> const& found, sizes const& before,
                          view<std::uint32_t const> documents, stream const& on);
    struct rows {
        device_buffer<std::uint64_t> entries;
        device_buffer<std::uint32_t> counts;
        std::int64_t size; ///< there is more room
    };
    rows make_rows(std::vector<numbered_items> const& found, view<std::uint32_t const> documents,
                   stream const& on) const;
    std::int64_t size_of(int n) const;

    int min_n_, max_n_;
    text_terms parts_;
    std::vector<ngram_terms> longer_; ///< [n - 2]
    /// [n - min_n][number] which term an n-gram is; not in use where all have one length.
    std::vector<growing_buffer<std::uint32_t>> ranks_;
    growing_buffer<std::int64_t> counts_, document_counts_;
    std::int64_t num_terms_ = 0;
};

} // namespace newsgpu::cuda
