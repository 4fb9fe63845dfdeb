#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/code_units.hpp>
#include <newsgpu/near_duplicates.hpp>

#include "cpu/character_reader.hpp"
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

/// Turns one document after another into shingle hashes, block by block in the cache. One per thread.
class shingler {
public:
    using visitor = std::function<void(view<std::uint64_t const>)>;

    explicit shingler(shingle_options const& how);

    /// Hands the hashes of the shingles of `document` to `visit` in order, repeats included.
    document_summary read(unit_text document, worker& self, visitor const& visit);

    /// The same without a summary.
    void read_shingles(unit_text document, worker& self, visitor const& visit);

    /// The hashes of the shingles of `document` as a set: ascending, each once. Valid until the next call.
    view<std::uint64_t const> read_set(unit_text document, worker& self);

private:
    /// The document in UTF-8, valid until the next call.
    std::string_view utf8_of(unit_text document);
    /// Hands over the code points that make up its normalized text.
    void read_characters(unit_text document, worker& self, character_reader::visitor const& visit);
    void read_units(unit_text document, worker& self, visitor const& visit);
    /// Room for `count` units behind the ones carried over.
    std::uint64_t* new_units(std::int64_t count);
    void take_units(std::int64_t count, visitor const& visit);
    void take_tail(visitor const& visit);
    void identify_text(unit_text document, worker& self);

    shingle_options how_;
    element::byte_hasher hash_token_;
    std::vector<std::uint64_t> multipliers_;
    token_reader tokens_;
    character_reader characters_;
    buffer<char> encoded_;
    /// The last n - 1 units of the block before, then those of this block.
    buffer<std::uint64_t> units_;
    buffer<std::uint64_t> shingles_;
    std::int64_t carried_ = 0, num_units_ = 0;
    bool is_summarized_ = false;
    document_summary summary_;
    buffer<std::uint64_t> set_;
    sort_scratch<std::uint64_t> scratch_;
};

} // namespace newsgpu::cpu
