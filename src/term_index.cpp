#include <newsgpu/term_index.hpp>

#include <newsgpu/error.hpp>

#include "element/hash.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

namespace newsgpu {

namespace {

/// As many bits as a slot holds.
std::uint64_t upper_hash(std::string_view text) {
    return element::hash_bytes(text) >> 32;
}

} // namespace

term_index::term_index(string_column terms) : terms_{std::move(terms)} {
    if (terms_.size() > std::numeric_limits<std::int32_t>::max()) {
        throw invalid_input{"a vocabulary of " + std::to_string(terms_.size()) +
                            " terms is too large; at most 2^31 - 1 are allowed"};
    }
    slots_.resize(std::bit_ceil(static_cast<std::size_t>(terms_.size()) * 2 + 1));
    std::fill(slots_.begin(), slots_.end(), 0);
    auto const mask = slots_.size() - 1;
    for (std::int64_t column = 0; column < terms_.size(); ++column) {
        auto const hash = upper_hash(terms_[column]);
        if (find(terms_[column], hash) != absent) {
            throw invalid_input{"the vocabulary holds '" + std::string{terms_[column]} + "' twice"};
        }
        auto at = hash & mask;
        while (slots_[at] != 0) {
            at = (at + 1) & mask;
        }
        slots_[at] = hash << 32 | static_cast<std::uint64_t>(column + 1);
    }
}

std::int32_t term_index::find(std::string_view text) const {
    return find(text, upper_hash(text));
}

void term_index::find(view<std::string_view const> texts, view<std::int32_t> columns) const {
    constexpr std::int64_t at_once = 32;
    auto const mask = slots_.size() - 1;
    for (std::int64_t first = 0; first < texts.size(); first += at_once) {
        std::uint64_t hashes[at_once];
        auto const count = std::min(at_once, texts.size() - first);
        for (std::int64_t i = 0; i < count; ++i) {
            hashes[i] = upper_hash(texts[first + i]);
            __builtin_prefetch(&slots_[hashes[i] & mask]);
        }
        for (std::int64_t i = 0; i < count; ++i) {
            columns[first + i] = find(texts[first + i], hashes[i]);
        }
    }
}

std::int32_t term_index::find(std::string_view text, std::uint64_t hash) const {
    auto const mask = slots_.size() - 1;
    for (auto at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
        auto const column = static_cast<std::int32_t>(static_cast<std::uint32_t>(slots_[at]) - 1);
        if (slots_[at] >> 32 == hash && terms_[column] == text) {
            return column;
        }
    }
    return absent;
}

} // namespace newsgpu
