#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/prefetch.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/zeroed_array.hpp"
#include "element/hash.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace newsgpu::cpu {

static_assert(std::endian::native == std::endian::little, "the keys below are read as little-endian numbers");

/// A string of up to 15 bytes and its length in two registers: equal exactly where the strings are. A longer
/// one is {where it lies in the table's arena, its length | long_mark}.
struct word_key {
    static constexpr std::uint32_t max_inline = 15;
    static constexpr std::uint64_t long_mark = std::uint64_t{0xFF} << 56;

    std::uint64_t low, high;

    bool is_long() const { return high >= long_mark; }
    friend bool operator==(word_key const&, word_key const&) = default;
};

/// Hashes words for the table. A template argument, so that a test can make every word collide.
struct word_hash {
    static std::uint64_t of(word_key const& key) {
        // Both halves into one multiplication: 3 cycles, and every bit of the key reaches the upper bits.
        auto const product =
            static_cast<wide>(key.low ^ 0x9E37'79B9'7F4A'7C15) * (key.high ^ 0xD1B5'4A32'D192'ED03);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    static std::uint64_t of(std::string_view text) { return element::hash_bytes(text); }

private:
    __extension__ using wide = unsigned __int128;
};

/// Numbers the distinct words it is shown, 0 for the first. The hash only finds the place: words are told
/// apart by their bytes.
///
/// Slots hold numbers alone, so that more of them are cached; keys lie densely by number, so those of the
/// frequent words, met first, share cache lines.
template <class Hash = word_hash>
class word_table {
public:
    std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()) - 1; }

    /// The bytes of a word; valid until the next insertion.
    std::string_view operator[](std::uint32_t number) const {
        auto const& key = keys_[number + std::size_t{1}];
        if (key.is_long()) {
            return {arena_.data() + key.low, key.high & ~word_key::long_mark};
        }
        return {reinterpret_cast<char const*>(&key), key.high >> 56};
    }

    /// The numbers of the words of a batch, `numbers[batch.size()]`.
    void number(token_batch const& batch, std::uint32_t* numbers) {
        std::array<word_key, group> keys;
        std::array<std::uint32_t, group> hashes, places, missing;
        for (std::int64_t first = 0; first < batch.size(); first += group) {
            auto const count = static_cast<std::size_t>(std::min<std::int64_t>(group, batch.size() - first));
            auto const* const starts = batch.starts.data() + first;
            auto const* const ends = batch.ends.data() + first;
            auto* const here = numbers + first;
            // Rounds, so that the waits for slots overlap, and then those for keys.
            for (std::size_t i = 0; i < count; ++i) {
                auto const length = ends[i] - starts[i];
                auto const* const text = batch.text + starts[i];
                keys[i] = length <= word_key::max_inline ? inline_key(text, length) : sought_long;
                hashes[i] =
                    upper_half(length <= word_key::max_inline ? Hash::of(keys[i])
                                                              : Hash::of(std::string_view{text, length}));
                prefetch(&slots_[home(hashes[i])]);
            }
            for (std::size_t i = 0; i < count; ++i) {
                places[i] = slots_[home(hashes[i])];
                prefetch(keys_.data() + places[i]);
            }
            // Whether a word lies where it is looked for first is hard to foretell, so no branch depends on
            // it.
            std::size_t num_missing = 0;
            for (std::size_t i = 0; i < count; ++i) {
                auto const& key = keys_[places[i]];
                here[i] = places[i] - 1;
                missing[num_missing] = static_cast<std::uint32_t>(i);
                num_missing += ((key.low ^ keys[i].low) | (key.high ^ keys[i].high)) != 0;
            }
            for (std::size_t k = 0; k < num_missing; ++k) {
                auto const i = missing[k];
                here[i] =
                    keys[i].is_long() ? find_long(batch[first + i], hashes[i]) : find(keys[i], hashes[i]);
            }
        }
    }

    /// The number of one word.
    std::uint32_t number(std::string_view word) {
        if (word.size() > word_key::max_inline) {
            return find_long(word, upper_half(Hash::of(word)));
        }
        char padded[sizeof(word_key)] = {};
        std::memcpy(padded, word.data(), word.size());
        auto const key = inline_key(padded, static_cast<std::uint32_t>(word.size()));
        return find(key, upper_half(Hash::of(key)));
    }

    /// Bytes of memory in use.
    std::size_t memory() const {
        return slots_.size() * sizeof(std::uint32_t) + keys_.size() * sizeof(word_key) + arena_.size();
    }

private:
    static constexpr std::int64_t group = 128;
    static constexpr int first_bits = 14;

    /// The key of no word: free slots lead to the first, long words are looked for as the second.
    static constexpr word_key no_word{0, word_key::long_mark}, sought_long{1, word_key::long_mark};

    static std::uint32_t upper_half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

    /// Reads 16 bytes whatever the length: a batch is padded.
    static word_key inline_key(char const* text, std::uint32_t length) {
        word_key key;
        std::memcpy(&key, text, sizeof key);
        key.low &= masks[length].low;
        key.high = (key.high & masks[length].high) | std::uint64_t{length} << 56;
        return key;
    }

    static constexpr auto masks = [] {
        std::array<word_key, word_key::max_inline + 1> made{};
        for (std::uint32_t length = 0; length <= word_key::max_inline; ++length) {
            made[length].low = length >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * length) - 1;
            made[length].high = length <= 8 ? 0 : (std::uint64_t{1} << 8 * (length - 8)) - 1;
        }
        return made;
    }();

    std::uint32_t find(word_key const& key, std::uint32_t hash) {
        for (auto at = home(hash);; at = (at + 1) & mask_) {
            auto const place = slots_[at];
            if (place == 0) {
                return insert(at, key);
            }
            if (keys_[place] == key) {
                return place - 1;
            }
        }
    }

    std::uint32_t find_long(std::string_view text, std::uint32_t hash) {
        for (auto at = home(hash);; at = (at + 1) & mask_) {
            auto const place = slots_[at];
            if (place == 0) {
                word_key const key{arena_.size(), word_key::long_mark | text.size()};
                arena_.insert(arena_.end(), text.begin(), text.end());
                return insert(at, key);
            }
            if (keys_[place].is_long() && (*this)[place - 1] == text) {
                return place - 1;
            }
        }
    }

    std::uint32_t insert(std::size_t at, word_key const& key) {
        if (keys_.size() > 0xFFFF'FFFE) {
            throw std::length_error{"more than 2^32 - 2 distinct words"};
        }
        slots_[at] = static_cast<std::uint32_t>(keys_.size());
        keys_.push_back(key);
        if (keys_.size() * 2 > mask_ && shift_ > 0) {
            grow();
        }
        return size() - 1;
    }

    /// The frequent words, met first, get the slots where they are looked for first.
    void grow() {
        slots_ = zeroed_array<std::uint32_t>{slots_.size() * 2};
        --shift_;
        mask_ = slots_.size() - 1;
        for (std::uint32_t place = 1; place <= size(); ++place) {
            auto const& key = keys_[place];
            auto at = home(upper_half(key.is_long() ? Hash::of((*this)[place - 1]) : Hash::of(key)));
            while (slots_[at] != 0) {
                at = (at + 1) & mask_;
            }
            slots_[at] = place;
        }
    }

    std::size_t home(std::uint32_t hash) const { return hash >> shift_; }

    /// The number + 1 of a word, 0 where there is none.
    zeroed_array<std::uint32_t> slots_{std::size_t{1} << first_bits};
    int shift_ = 32 - first_bits;
    std::size_t mask_ = slots_.size() - 1;
    /// [number + 1]
    buffer<word_key> keys_ = buffer<word_key>(1, no_word);
    buffer<char> arena_;
};

} // namespace newsgpu::cpu
