#pragma once

#include "cpu/ascii_set.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// Tokens of ASCII text in one pass: what segment_kernel::scan_ascii says.
template <class Vector>
struct ascii_loops {
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;

    template <bool DropSingle>
    static index scan(ascii_set const& inside, bool lower, char const* text, index size, char* to,
                      std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        // A block is finished when the first character of the next one is known.
        word block = 0, before = 0, open = 0;
        index num_starts = 0, num_ends = 0;
        auto const finish = [&](word next, std::uint32_t at) {
            auto const joined = block << 1 | before >> 63 | block >> 1 | next << 63;
            auto const tokens = DropSingle ? block & joined : block;
            auto const shifted = tokens << 1 | open;
            open = tokens >> 63;
            num_starts += Vector::put_positions(tokens & ~shifted, at, starts + num_starts);
            num_ends += Vector::put_positions(shifted & ~tokens, at, ends + num_ends);
            before = block;
        };
        auto at = base - static_cast<std::uint32_t>(word_bits);
        for (index done = 0; done < size; done += word_bits) {
            auto const left = size - done;
            auto const bytes =
                left < word_bits ? Vector::load_part(text + done, left) : Vector::load(text + done);
            if (Vector::plane(bytes, 7) != 0) {
                return -1;
            }
            Vector::store(to + done, lower ? Vector::lower(bytes) : bytes);
            auto next = Vector::members(inside, bytes);
            if (left < word_bits) {
                next &= (word{1} << left) - 1;
            }
            finish(next, at);
            block = next;
            at += static_cast<std::uint32_t>(word_bits);
        }
        finish(0, at);
        block = 0;
        finish(0, at + static_cast<std::uint32_t>(word_bits));
        return num_ends;
    }
};

} // namespace newsgpu::cpu
