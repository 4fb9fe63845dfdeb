#pragma once

#include "cpu/ascii_set.hpp"
#include "element/word_break.hpp"

#include <bit>
#include <cstdint>

namespace newsgpu::cpu {

/// Tokens of ASCII text in one pass: what segment_kernel::scan_ascii says.
template <class Vector>
struct ascii_loops {
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;

    /// Tokens are the runs of characters that are `inside`.
    template <bool DropSingle>
    static index scan(ascii_characters const& of, bool lower, char const* text, index size, char* to,
                      std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        return scan_blocks<run_rule<DropSingle>>(of, lower, text, size, to, base, starts, ends);
    }

    /// Tokens are the segments that hold a letter, a number or two connectors.
    static index scan_segments(ascii_characters const& of, bool lower, char const* text, index size, char* to,
                               std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        return scan_blocks<segment_rule>(of, lower, text, size, to, base, starts, ends);
    }

private:
    // A rule says which characters of a block are in tokens, given what it looked up of that block and of the
    // next one, and the text, in which the block is at `begin`. Blocks come in order; all masks of what is no
    // text are 0.

    template <bool DropSingle>
    struct run_rule {
        struct block {
            word inside = 0;

            block moved(index left, word valid) const { return {inside >> left & valid}; }
        };
        word before = 0;

        static block look_up(ascii_characters const& of, typename Vector::bytes const& bytes) {
            return {Vector::members(of.inside, bytes).of[0]};
        }
        word apply(ascii_characters const&, char const*, index, block here, block next) {
            auto const joined = element::shift_in(here.inside, before) | here.inside >> 1 | next.inside << 63;
            return DropSingle ? here.inside & joined : here.inside;
        }
    };

    /// element::plain_rules for no more than the words of ASCII text. These are runs too: of letters,
    /// numbers, connectors, and Mid characters between two of a kind.
    struct segment_rule {
        struct block {
            word words = 0, mids = 0, connectors = 0;

            block moved(index left, word valid) const {
                return {words >> left & valid, mids >> left & valid, connectors >> left & valid};
            }
        };
        word before = 0;

        static block look_up(ascii_characters const& of, typename Vector::bytes const& bytes) {
            auto const found = Vector::members(of.roles, bytes);
            using which = ascii_characters;
            return {found.of[which::word], found.of[which::mid], found.of[which::connector]};
        }
        word apply(ascii_characters const& of, char const* text, index begin, block const& here,
                   block const& next) {
            auto tokens = here.words;
            auto const behind_word = element::shift_in(here.words, before);
            auto const before_word = here.words >> 1 | next.words << 63;
            // Few have words on both sides: that these are of a kind is not looked up for whole blocks.
            for (auto left = here.mids & behind_word & before_word; left != 0; left &= left - 1) {
                tokens |= joins(of, text + (begin + std::countr_zero(left))) ? left & -left : 0;
            }
            if (here.connectors != 0) {
                // A connector by itself is no word. A Mid character joins none.
                tokens &= ~here.connectors | behind_word | before_word;
            }
            return tokens;
        }

    private:
        static bool joins(ascii_characters const& of, char const* at) {
            namespace flag = element::flag;
            auto const flags = [&](index i) { return of.flags[static_cast<unsigned char>(at[i])]; };
            auto const mid = flags(0), kind = static_cast<std::uint8_t>(flags(-1) & flags(1));
            return ((mid & flag::mid_letter) != 0 && (kind & flag::letter) != 0) ||
                   ((mid & flag::mid_number) != 0 && (kind & flag::numeric) != 0);
        }
    };

    /// Where tokens begin and end, one after the other: half the work of finding two lists. Blocks are
    /// collected first, so that the processor looks at several in advance, of either loop.
    class edge_list {
    public:
        /// @param base the place of the first block.
        edge_list(std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends)
            : base_{base}, starts_{starts}, ends_{ends} {}

        /// Takes the first characters of tokens and the first ones behind them in the next block.
        void add(word edges) {
            blocks_[num_blocks_++] = edges;
            if (num_blocks_ == max_blocks) {
                put();
            }
        }
        /// Returns how many tokens there were.
        index finish() {
            put();
            return num_tokens_;
        }

    private:
        static constexpr index max_blocks = 32;

        void put() {
            for (index b = 0; b < num_blocks_; ++b) {
                if (blocks_[b] != 0) { // the first one, and often the last
                    size_ += Vector::put_positions(blocks_[b], base_, edges_ + size_);
                }
                base_ += static_cast<std::uint32_t>(word_bits);
            }
            num_blocks_ = 0;
            auto const count = size_ / 2;
            for (index i = 0; i < count; ++i) {
                starts_[num_tokens_ + i] = edges_[2 * i];
                ends_[num_tokens_ + i] = edges_[2 * i + 1];
            }
            num_tokens_ += count;
            if (size_ % 2 != 0) {
                edges_[0] = edges_[size_ - 1];
            }
            size_ %= 2;
        }

        std::uint32_t base_;
        std::uint32_t *starts_, *ends_;
        index num_tokens_ = 0, num_blocks_ = 0, size_ = 0;
        word blocks_[max_blocks];
        std::uint32_t edges_[(max_blocks + 1) * word_bits];
    };

    template <class Rule>
    static index scan_blocks(ascii_characters const& of, bool lower, char const* text, index size, char* to,
                             std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        // A block is finished when the first character of the next one is known.
        Rule rule;
        typename Rule::block block{};
        index begin = -word_bits;
        // The first block to finish is one before the text.
        edge_list edges{base - static_cast<std::uint32_t>(word_bits), starts, ends};
        word open = 0;
        auto const finish = [&](typename Rule::block const& next) {
            auto const tokens = rule.apply(of, text, begin, block, next);
            edges.add(tokens ^ element::shift_in(tokens, open));
            block = next;
            begin += word_bits;
        };
        auto const is_ascii = [](typename Vector::bytes const& bytes) {
            return Vector::plane(bytes, 7) == 0;
        };
        auto const put = [lower](char* where, typename Vector::bytes const& bytes) {
            Vector::store(where, lower ? Vector::lower(bytes) : bytes);
        };
        index done = 0;
        for (; size - done >= word_bits; done += word_bits) {
            auto const bytes = Vector::load(text + done);
            if (!is_ascii(bytes)) {
                return -1;
            }
            put(to + done, bytes);
            finish(Rule::look_up(of, bytes));
        }
        if (auto const left = size - done; left > 0) {
            // The last 64 bytes, some of them again, are loaded at once; of fewer a part has to be copied.
            bool const is_short = size < word_bits;
            auto const bytes =
                is_short ? Vector::load_part(text, size) : Vector::load(text + size - word_bits);
            if (!is_ascii(bytes)) {
                return -1;
            }
            put(to + (is_short ? 0 : size - word_bits), bytes);
            finish(Rule::look_up(of, bytes).moved(is_short ? 0 : word_bits - left, (word{1} << left) - 1));
        }
        finish({});
        edges.add(open);
        return edges.finish();
    }
};

} // namespace newsgpu::cpu
