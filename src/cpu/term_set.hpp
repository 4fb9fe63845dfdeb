#pragma once

#include "cpu/prefetch.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace newsgpu::cpu {

/// Finds the place of a 64-bit key. A template argument of the table, so that a test can make every key
/// collide.
struct fibonacci_hash {
    static std::uint64_t of(std::uint64_t key) {
        key ^= key >> 32;
        return key * 0x9E37'79B9'7F4A'7C15;
    }
};

/// The distinct n-grams that one worker has met, numbered in order of first sight, 0 for the first.
///
/// A term of n parts is a term of n - 1 parts (its prefix) and one more part, so an n-gram of any length is
/// one exact 64-bit key and no text is hashed. A part is named by the term of length 1 that it is.
template <class Hash = fibonacci_hash>
class basic_term_set {
public:
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    struct term {
        /// `none` for a term of length 1; then `part` is what the caller named it.
        std::uint32_t prefix;
        std::uint32_t part;
    };

    std::uint32_t size() const { return static_cast<std::uint32_t>(terms_.size()); }
    term const& operator[](std::uint32_t number) const { return terms_[number]; }
    std::uint8_t length(std::uint32_t number) const { return lengths_[number]; }

    /// A new term of length 1. The caller sees to it that it is new.
    std::uint32_t add_part(std::uint32_t part) { return add({none, part}, 1); }

    /// Replaces every `terms[i]` by the term that `parts[i]` makes of it. Terms have `length` parts
    /// afterwards.
    void extend(std::uint32_t* terms, std::uint32_t const* parts, std::size_t count, std::uint8_t length) {
        for (std::size_t first = 0; first < count; first += group) {
            auto const last = std::min(count, first + group);
            for (auto i = first; i < last; ++i) {
                prefetch(&slots_[home(key_of(terms[i], parts[i]))]);
            }
            for (auto i = first; i < last; ++i) {
                terms[i] = find(terms[i], parts[i], length);
            }
        }
    }

    /// Bytes of memory in use.
    std::size_t memory() const { return slots_.size() * sizeof(slot) + terms_.size() * (sizeof(term) + 1); }

private:
    static constexpr std::size_t group = 64;
    static constexpr int first_bits = 14;

    struct slot {
        std::uint64_t key; ///< 0: free
        std::uint32_t number;
    };

    static std::uint64_t key_of(std::uint32_t prefix, std::uint32_t part) {
        return (std::uint64_t{prefix} + 1) << 32 | part;
    }
    std::size_t home(std::uint64_t key) const { return Hash::of(key) >> shift_; }

    std::uint32_t find(std::uint32_t prefix, std::uint32_t part, std::uint8_t length) {
        auto const key = key_of(prefix, part);
        auto const mask = slots_.size() - 1;
        for (auto at = home(key);; at = (at + 1) & mask) {
            if (slots_[at].key == key) {
                return slots_[at].number;
            }
            if (slots_[at].key == 0) {
                auto const number = add({prefix, part}, length);
                slots_[at] = {key, number};
                if (++used_ * 2 > slots_.size()) {
                    grow();
                }
                return number;
            }
        }
    }

    std::uint32_t add(term const& made, std::uint8_t length) {
        if (terms_.size() >= none - 1) {
            throw std::length_error{"more than 2^32 - 2 distinct n-grams"};
        }
        terms_.push_back(made);
        lengths_.push_back(length);
        return size() - 1;
    }

    void grow() {
        auto const old = std::move(slots_);
        slots_ = std::vector<slot>(old.size() * 2);
        --shift_;
        auto const mask = slots_.size() - 1;
        for (auto const& held : old) {
            if (held.key != 0) {
                auto at = home(held.key);
                while (slots_[at].key != 0) {
                    at = (at + 1) & mask;
                }
                slots_[at] = held;
            }
        }
    }

    std::vector<term> terms_;
    std::vector<std::uint8_t> lengths_;
    std::vector<slot> slots_ = std::vector<slot>(std::size_t{1} << first_bits);
    std::size_t used_ = 0;
    int shift_ = 64 - first_bits;
};

using term_set = basic_term_set<>;

} // namespace newsgpu::cpu
