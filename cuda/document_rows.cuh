#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/sort_bits.cuh"

#include <cstdint>

// The steps from numbered n-grams to rows of counts.

namespace newsgpu::cuda {

/// [T] the group (a document, a word, a row) that each token is in.
/// @param before_group [number of groups + 1] how many tokens come before each.
device_buffer<std::uint32_t> groups_of(view<std::int64_t const> before_group, std::int64_t num_tokens,
                                       stream const& on);

/// Stands behind all entries: for what is no n-gram, or has no column.
inline constexpr std::uint64_t no_entry = ~std::uint64_t{0};

/// The bits by which the entries of so many documents are sorted, and what is none behind them.
constexpr int bits_of_entries(std::int64_t num_documents) {
    return all_bits<std::uint32_t> + bits_up_to(num_documents);
}

/// Writes document << 32 | term for each n-gram, `no_entry` where there is none.
/// @param ids their numbers, or `no_id`.
/// @param ranks which term each number is; empty where it is the number.
void write_entries(view<std::uint32_t const> ids, view<std::uint32_t const> ranks,
                   view<std::uint32_t const> documents, view<std::uint64_t> entries, stream const& on);

/// Writes the groups (documents, or words) in which new n-grams are first seen.
void write_first_groups(view<std::uint32_t const> firsts, view<std::uint32_t const> groups,
                        view<std::uint32_t> out, stream const& on);

/// Writes the numbers of those n-grams of length `n` that are all of their group, `no_id` for others.
void write_whole_groups(view<std::uint32_t const> ids, view<std::uint32_t const> groups,
                        view<std::int64_t const> before_group, int n, view<std::uint32_t> out,
                        stream const& on);

/// out[i] = i
void write_numbers(view<std::uint32_t> out, stream const& on);

/// to[order[i]] = first + i
void write_inverse(view<std::uint32_t const> order, std::uint32_t first, view<std::uint32_t> to,
                   stream const& on);

/// [D + 1] where the entries of each document begin among ascending ones.
device_buffer<std::int64_t> find_rows(view<std::uint64_t const> entries, std::int64_t num_documents,
                                      stream const& on);

/// [D + 1] how many tokens come before each document of those that are left, or made, of its tokens.
/// @tparam Count std::uint32_t or std::int64_t
/// @param num_before [T + 1] of the tokens before, how many are left of those before each.
template <class Count>
void recount_documents(view<Count const> num_before, view<std::int64_t const> before_document,
                       view<std::int64_t> out, stream const& on);

/// Adds entries to the terms' totals.
void add_entries(view<std::uint64_t const> entries, view<std::uint32_t const> counts,
                 view<std::int64_t> term_counts, view<std::int64_t> document_counts, stream const& on);

/// Keys of n-grams by the places of their parts in order, in place of their numbers.
void write_ranked_keys(view<std::uint64_t const> keys, view<std::uint32_t const> prefix_ranks,
                       view<std::uint32_t const> part_ranks, view<std::uint64_t> out, stream const& on);

} // namespace newsgpu::cuda
