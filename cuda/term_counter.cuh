#pragma once

#include "cuda/analyzed_batch.cuh"
#include "cuda/growing_buffer.cuh"
#include "cuda/ngram_terms.cuh"
#include "cuda/text_terms.cuh"

#include "ngram_tree.hpp"

#include <newsgpu/count.hpp>

#include <cstdint>
#include <functional>
#include <string>
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
/// `max_n` parts; of characters in words also a whole padded word that is shorter. Terms are numbered in the
/// order in which the corpus shows them: document by document (word by word), shorter ones first.
class term_counter {
public:
    term_counter(analyzer const& how, stream const& on);

    std::int64_t num_terms() const { return num_terms_; }

    /// Counts a batch; waits for the device. Throws with nothing of the batch counted.
    /// @param keep is shown the rows before anything is counted for good.
    using row_visitor = std::function<void(counted_batch const&)>;
    void add(parts_of_terms const& parts, row_visitor const& keep, stream const& on);

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
    static std::int64_t bytes_per_byte(analyzer const& how);

private:
    struct sizes {
        std::int64_t parts;
        std::vector<std::int64_t> longer, short_words;

        /// How many items were known of those that the terms of a length are.
        std::int64_t of_terms(int n, int min_n, int least_n) const;
    };
    /// What numbering a batch gives.
    struct numbered_batch {
        std::vector<numbered_items> ngrams;      ///< [n - 1]
        std::vector<numbered_items> short_words; ///< [n - least_n]
    };
    sizes current() const;
    void restore(sizes const& before, stream const& on);
    void count(parts_of_terms const& parts, sizes const& before, row_visitor const& keep, stream const& on);
    numbered_batch number(parts_of_terms const& parts, view<std::uint32_t const> groups, stream const& on);
    std::int64_t rank_new(numbered_batch const& found, sizes const& before, view<std::uint32_t const> groups,
                          std::int64_t num_groups, stream const& on);
    struct rows {
        device_buffer<std::uint64_t> entries;
        device_buffer<std::uint32_t> counts;
        std::int64_t size; ///< there is more room
    };
    rows make_rows(numbered_batch const& found, view<std::uint32_t const> documents,
                   std::int64_t num_documents, stream const& on) const;
    numbered_items const& terms_of(numbered_batch const& found, int n) const;
    std::int64_t size_of(int n) const;
    std::size_t level_of(int n) const { return static_cast<std::size_t>(n - least_n_); }

    int min_n_, max_n_;
    int least_n_; ///< the length of the shortest terms
    std::string separator_;
    text_terms parts_;
    std::vector<ngram_terms> longer_; ///< [n - 2]
    /// [n - least_n] padded words of a length below `min_n`: (number of the n-gram, number of a space).
    std::vector<ngram_terms> short_words_;
    /// [n - least_n][number] which term an n-gram or a short word is; not in use where all have one length.
    std::vector<growing_buffer<std::uint32_t>> ranks_;
    growing_buffer<std::int64_t> counts_, document_counts_;
    std::int64_t num_terms_ = 0;
};

} // namespace newsgpu::cuda
