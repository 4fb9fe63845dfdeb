#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/segment_kernel.hpp"
#include "cpu/token_reader.hpp"
#include "cpu/zeroed_array.hpp"
#include "element/hash.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace newsgpu::cpu {

/// Numbers the distinct words it is shown, 0 for the first. The hash only finds the place: words are told
/// apart by their bytes.
///
/// Slots hold numbers alone, so that more of them are cached; keys lie densely by number, so those of the
/// frequent words, met first, share cache lines.
class word_table {
public:
    /// @param hash another one only so that a test can make every word collide.
    explicit word_table(word_hash hash = {}) : hash_{hash} {}

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
        word_group group;
        for (std::int64_t first = 0; first < batch.size(); first += word_group::size) {
            auto const count = std::min(word_group::size, batch.size() - first);
            auto* const here = numbers + first;
            auto const num_missing =
                kernel_->look_up_words({slots_.data(), keys_.data(), hash_, shift_}, batch.text,
                                       batch.starts.data() + first, batch.ends.data() + first, count, group);
            for (std::int64_t i = 0; i < count; ++i) {
                here[i] = group.places[i] - 1;
            }
            for (std::int64_t k = 0; k < num_missing; ++k) {
                auto const i = group.missing[k];
                auto const& key = group.keys[i];
                here[i] = key.is_long() ? find_long(batch[first + i]) : find(key);
            }
        }
    }

    /// The number of one word.
    std::uint32_t number(std::string_view word) {
        if (word.size() > word_key::max_inline) {
            return find_long(word);
        }
        word_key key{};
        std::memcpy(&key, word.data(), word.size());
        key.high |= std::uint64_t{word.size()} << 56;
        return find(key);
    }

    /// Bytes of memory in use.
    std::size_t memory() const {
        return slots_.size() * sizeof(std::uint32_t) + keys_.size() * sizeof(word_key) + arena_.size();
    }

private:
    static constexpr int first_bits = 15;

    std::uint32_t find(word_key const& key) {
        for (auto at = home(key);; at = (at + 1) & mask_) {
            auto const place = slots_[at];
            if (place == 0) {
                return insert(at, key);
            }
            if (keys_[place] == key) {
                return place - 1;
            }
        }
    }

    std::uint32_t find_long(std::string_view text) {
        for (auto at = home(text);; at = (at + 1) & mask_) {
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
        if (keys_.size() * 4 > mask_ && shift_ > 32) {
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
            auto at = key.is_long() ? home((*this)[place - 1]) : home(key);
            while (slots_[at] != 0) {
                at = (at + 1) & mask_;
            }
            slots_[at] = place;
        }
    }

    /// Where a word is looked for first.
    std::size_t home(word_key const& key) const {
        return (key.low * hash_.low + key.high * hash_.high) >> shift_;
    }
    std::size_t home(std::string_view long_word) const {
        return element::hash_bytes(long_word) * hash_.low >> shift_;
    }

    segment_kernel const* kernel_ = &segment_kernel_of(simd_level_in_use());
    word_hash hash_;

    /// The number + 1 of a word, 0 where there is none.
    zeroed_array<std::uint32_t> slots_{std::size_t{1} << first_bits};
    int shift_ = 64 - first_bits;
    std::size_t mask_ = slots_.size() - 1;
    /// [number + 1]
    buffer<word_key> keys_ = buffer<word_key>(1, no_word);
    buffer<char> arena_;
};

} // namespace newsgpu::cpu
