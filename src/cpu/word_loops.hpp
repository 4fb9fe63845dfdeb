#pragma once

#include "cpu/simd.hpp"
#include "cpu/word_lookup.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// What makes the 16 bytes from a word's first on its key.
struct alignas(32) word_masks {
    word_key text, length;
};

/// By length; all above `word_key::max_inline` have the last.
struct word_mask_table {
    static constexpr std::uint32_t last = word_key::max_inline + 1;

    word_masks of_length[last + 1];

    constexpr word_mask_table() : of_length{} {
        for (std::uint64_t length = 0; length < last; ++length) {
            auto const low = length >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * length) - 1;
            auto const high = length <= 8 ? 0 : (std::uint64_t{1} << 8 * (length - 8)) - 1;
            of_length[length] = {{low, high}, {0, length << 56}};
        }
        of_length[last] = {{0, 0}, sought_long};
    }
};

/// Looks words up: what segment_kernel::look_up_words says. Rounds over the whole group, one thing each, so
/// that the waits for slots overlap, and then those for keys.
template <class Vector>
struct word_loops {
    static std::int64_t look_up(word_lookup const& in, char const* text, std::uint32_t const* starts,
                                std::uint32_t const* ends, std::int64_t count, word_group& group) {
        auto* const keys = group.keys;
        auto* const places = group.places;
        make_keys(text, starts, ends, count, keys, places);
        auto const [slots, known, hash, shift] = in;
        for (std::int64_t i = 0; i < count; ++i) {
            places[i] =
                static_cast<std::uint32_t>((keys[i].low * hash.low + keys[i].high * hash.high) >> shift);
        }
        for (std::int64_t i = 0; i < count; ++i) {
            places[i] = slots[places[i]];
        }
        // Whole vectors hold four keys; what is behind the last is found.
        for (int i = 0; i < 3; ++i) {
            keys[count + i] = known[0];
            places[count + i] = 0;
        }
        return list_missing(known, count, group);
    }

private:
    static constexpr word_mask_table masks{};

    using vector = simd<std::uint64_t, sizeof(word_key)>::vector;

    [[gnu::always_inline]] static inline vector load(void const* from) {
        vector made;
        __builtin_memcpy(&made, from, sizeof made);
        return made;
    }

    static inline void make_keys(char const* text, std::uint32_t const* starts, std::uint32_t const* ends,
                                 std::int64_t count, word_key* keys, std::uint32_t* lengths) {
        for (std::int64_t i = 0; i < count; ++i) {
            auto const length = ends[i] - starts[i];
            lengths[i] = length < word_mask_table::last ? length : word_mask_table::last;
        }
        for (std::int64_t i = 0; i < count; ++i) {
            auto const& mask = masks.of_length[lengths[i]];
            auto const key = (load(text + starts[i]) & load(&mask.text)) | load(&mask.length);
            __builtin_memcpy(keys + i, &key, sizeof key);
        }
    }

    static inline std::int64_t list_missing(word_key const* known, std::int64_t count, word_group& group) {
        // Whether a word lies where it is looked for first is hard to foretell, so no branch depends on it
        // before it is clear that one of four does not.
        std::uint64_t differences[word_group::size / 4];
        std::uint32_t fours[word_group::size / 4];
        std::int64_t num_fours = 0;
        auto const* const places = group.places;
        for (std::int64_t i = 0; i < count; i += 4) {
            auto const there = Vector::load_parts(known + places[i], known + places[i + 1],
                                                  known + places[i + 2], known + places[i + 3]);
            auto const different = Vector::different(there, Vector::load(group.keys + i));
            differences[num_fours] = different;
            fours[num_fours] = static_cast<std::uint32_t>(i);
            num_fours += different != 0;
        }
        std::int64_t num_missing = 0;
        for (std::int64_t k = 0; k < num_fours; ++k) {
            for (auto left = differences[k]; left != 0;) {
                auto const part = static_cast<std::uint32_t>(__builtin_ctzll(left)) / 16;
                group.missing[num_missing++] = fours[k] + part;
                left &= ~(std::uint64_t{0xFFFF} << 16 * part);
            }
        }
        return num_missing;
    }
};

} // namespace newsgpu::cpu
