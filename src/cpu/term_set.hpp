#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/prefetch.hpp"
#include "cpu/zeroed_array.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

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
///
/// Slots hold (32 bits of hash, number + 1) and lie in the order of the hashes, so a table that grows is read
/// and written from end to end; keys lie densely by number and decide whether a slot is the right one.
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
    /// afterwards. `expect(term)` is called for most terms some time before they are found.
    template <class Expect>
    void extend(std::uint32_t* terms, std::uint32_t const* parts, std::size_t count, std::uint8_t length,
                Expect expect) {
        std::array<std::uint32_t, group> tags, missing;
        for (std::size_t first = 0; first < count; first += group) {
            auto const some = std::min(count - first, group);
            auto* const here = terms + first;
            auto const* const next = parts + first;
            // Rounds, so that the waits for slots overlap, and then those for keys.
            for (std::size_t i = 0; i < some; ++i) {
                tags[i] = tag_of(key_of({here[i], next[i]}));
                prefetch(&slots_[home(tags[i])]);
            }
            for (std::size_t i = 0; i < some; ++i) {
                auto const number = number_in(slots_[home(tags[i])]);
                prefetch(&terms_[number]);
                expect(number);
            }
            // Whether a term is new is close to a coin toss, so no branch depends on it.
            std::size_t num_missing = 0;
            for (std::size_t i = 0; i < some; ++i) {
                auto const slot = slots_[home(tags[i])];
                auto const number = number_in(slot);
                auto const found =
                    slot >> 32 == tags[i] && key_of(terms_[number]) == key_of({here[i], next[i]});
                missing[num_missing] = static_cast<std::uint32_t>(i);
                num_missing += !found;
                here[i] = found ? number : here[i];
            }
            for (std::size_t k = 0; k < num_missing; ++k) {
                auto const i = missing[k];
                here[i] = find({here[i], next[i]}, tags[i], length);
            }
        }
    }
    void extend(std::uint32_t* terms, std::uint32_t const* parts, std::size_t count, std::uint8_t length) {
        extend(terms, parts, count, length, [](std::uint32_t) {});
    }

    /// Bytes of memory in use.
    std::size_t memory() const {
        return slots_.size() * sizeof(std::uint64_t) + terms_.size() * (sizeof(term) + 1);
    }

private:
    static constexpr std::size_t group = 64;
    static constexpr int first_bits = 14;

    static std::uint64_t key_of(term const& made) {
        return (std::uint64_t{made.prefix} + 1) << 32 | made.part;
    }
    static std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(Hash::of(key) >> 32); }
    std::size_t home(std::uint32_t tag) const { return tag >> shift_; }
    /// A free slot looks as if it held term 0, whose key is another: parts are terms first, and no key is
    /// that of a part.
    static std::uint32_t number_in(std::uint64_t slot) {
        auto const number = static_cast<std::uint32_t>(slot);
        return number - (number != 0);
    }

    std::uint32_t find(term const& wanted, std::uint32_t tag, std::uint8_t length) {
        auto const mask = slots_.size() - 1;
        for (auto at = home(tag);; at = (at + 1) & mask) {
            auto const slot = slots_[at];
            if (slot == 0) {
                auto const number = add(wanted, length);
                slots_[at] = std::uint64_t{tag} << 32 | (number + 1);
                if (++used_ * 3 > slots_.size() * 2 && shift_ > 0) {
                    grow();
                }
                return number;
            }
            auto const number = static_cast<std::uint32_t>(slot) - 1;
            if (slot >> 32 == tag && key_of(terms_[number]) == key_of(wanted)) {
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
        zeroed_array<std::uint64_t> grown{slots_.size() * 2};
        --shift_;
        auto const mask = grown.size() - 1;
        for (auto const slot : slots_) {
            if (slot != 0) {
                auto at = home(static_cast<std::uint32_t>(slot >> 32));
                while (grown[at] != 0) {
                    at = (at + 1) & mask;
                }
                grown[at] = slot;
            }
        }
        slots_ = std::move(grown);
    }

    buffer<term> terms_;
    buffer<std::uint8_t> lengths_;
    zeroed_array<std::uint64_t> slots_{std::size_t{1} << first_bits};
    std::size_t used_ = 0;
    int shift_ = 32 - first_bits;
};

using term_set = basic_term_set<>;

} // namespace newsgpu::cpu
