#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/view.hpp>

#include <cstdint>
#include <string_view>

namespace newsgpu {

/// Finds the column of a term by its text: a hash table over the terms, told apart by their bytes.
class term_index {
public:
    static constexpr std::int32_t absent = -1;

    /// @param terms distinct texts; term i is column i. Cost: one pass over them; 8 to 16 bytes a term.
    /// @throw invalid_input if a text occurs twice or there are 2^31 terms or more.
    explicit term_index(string_column terms);

    std::int64_t size() const { return terms_.size(); }
    string_column const& terms() const { return terms_; }

    /// The column of `text`, or `absent`.
    std::int32_t find(std::string_view text) const;
    /// `columns[i]` becomes that of `texts[i]`, as many of both; waits for slots of the table overlap.
    void find(view<std::string_view const> texts, view<std::int32_t> columns) const;

private:
    std::int32_t find(std::string_view text, std::uint64_t hash) const;

    string_column terms_;
    /// (32 bits of hash, column + 1); 0 where free.
    buffer<std::uint64_t> slots_;
};

} // namespace newsgpu
