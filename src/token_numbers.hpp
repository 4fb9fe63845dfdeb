#pragma once

#include <newsgpu/buffer.hpp>

#include <algorithm>
#include <cstdint>

namespace newsgpu {

/// The tokens of D documents as numbers, which are equal exactly where the normalized bytes of tokens are.
struct token_numbers {
    /// [D + 1]
    buffer<std::int64_t> offsets;
    /// [T]
    buffer<std::uint32_t> tokens;

    std::int64_t num_documents() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    std::int64_t size() const { return static_cast<std::int64_t>(tokens.size()); }

    /// The number of tokens of the longest document.
    std::int64_t longest() const {
        std::int64_t most = 0;
        for (std::size_t doc = 1; doc < offsets.size(); ++doc) {
            most = std::max(most, offsets[doc] - offsets[doc - 1]);
        }
        return most;
    }

    /// The document that a token is in.
    std::int64_t document_of(std::int64_t position) const {
        return std::upper_bound(offsets.begin(), offsets.end(), position) - offsets.begin() - 1;
    }
};

/// A run of tokens of one document: its hash, and its first token.
struct hashed_run {
    std::uint64_t hash;
    std::int64_t position;

    friend auto operator<=>(hashed_run const&, hashed_run const&) = default;
};

} // namespace newsgpu
