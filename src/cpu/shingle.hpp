#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/code_units.hpp>
#include <newsgpu/near_duplicates.hpp>

#include "cpu/character_reader.hpp"
#include "cpu/kernels.hpp"
#include "cpu/sort_hashes.hpp"
#include "cpu/token_reader.hpp"
#include "element/hash.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace newsgpu::cpu {

/// How documents become shingles.
struct shingle_options {
    shingle_unit unit = shingle_unit::words;
    int n = 3;
    std::uint64_t seed = 0;
};

/// What one pass over a document tells besides its shingles.
struct document_summary {
    /// Repeats included.
    std::int64_t num_shingles = 0;
    /// 128 bits that are equal for documents with equal units in equal order; for documents without units,
    /// for those with equal normalized text.
    std::uint64_t identity[2] = {0, 0};
    /// Whether every unit of the document is a code point.
    bool is_text = true;
};

/// The units that the next shingles are made of, and the shingles of the last block. `Hash` is std::uint64_t,
/// or std::uint32_t for their lower halves.
template <class Hash>
class shingle_window {
public:
    shingle_window(int n, std::uint64_t seed);

    void start() { carried_ = 0; }
    /// Room for `count` units behind the last n - 1 of the block before.
    Hash* new_units(std::int64_t count);
    /// Makes the shingles that end in the `count` units that were written there. Valid until the next call.
    view<Hash const> combine(std::int64_t count);
    /// The one shingle of a document of `num_units` units, less than a shingle has and all of them here.
    Hash tail(std::int64_t num_units) const;

private:
    std::uint64_t seed_;
    kernels const* kernels_ = &kernels_in_use();
    std::vector<Hash> multipliers_; ///< [n]
    buffer<Hash> units_, shingles_;
    std::int64_t carried_ = 0;
};

/// Turns one document after another into shingle hashes, block by block in the cache. One per thread.
class shingler {
public:
    template <class Hash>
    using visitor = std::function<void(view<Hash const>)>;

    explicit shingler(shingle_options const& how);

    /// Hands the hashes of the shingles of `document` to `visit` in order, repeats included.
    document_summary read(unit_text document, worker& self, visitor<std::uint64_t> const& visit);

    /// Their lower halves alone, which are made in less time.
    document_summary read_low(unit_text document, worker& self, visitor<std::uint32_t> const& visit);

    /// The same as `read` without a summary.
    void read_shingles(unit_text document, worker& self, visitor<std::uint64_t> const& visit);

    /// The hashes of the shingles of `document` as a set: ascending, each once. Valid until the next call.
    view<std::uint64_t const> read_set(unit_text document, worker& self);

private:
    /// The document in UTF-8, valid until the next call.
    std::string_view utf8_of(unit_text document);
    /// Hands over the code points that make up its normalized text.
    void read_characters(unit_text document, worker& self, character_reader::visitor const& visit);
    template <class Hash>
    document_summary read_and_summarize(unit_text document, worker& self, shingle_window<Hash>& window,
                                        visitor<Hash> const& visit);
    template <class Hash>
    void read_units(unit_text document, worker& self, shingle_window<Hash>& window,
                    visitor<Hash> const& visit);
    void hash(token_batch const& tokens, std::uint64_t* units);
    void hash(token_batch const& tokens, std::uint32_t* units);
    void hash(view<char32_t const> code_points, std::uint64_t* units);
    void hash(view<char32_t const> code_points, std::uint32_t* units);
    void add(identity_sums const& sums);
    void identify_text(unit_text document, worker& self);

    shingle_options how_;
    element::byte_hasher hash_token_;
    kernels const* kernels_ = &kernels_in_use();
    token_reader tokens_;
    character_reader characters_;
    buffer<char> encoded_;
    shingle_window<std::uint64_t> whole_;
    shingle_window<std::uint32_t> low_;
    std::int64_t num_units_ = 0;
    bool is_summarized_ = false;
    document_summary summary_;
    buffer<std::uint64_t> set_;
    sort_scratch<std::uint64_t> scratch_;
};

} // namespace newsgpu::cpu
