#pragma once

#include "cpu/ascii_kinds.hpp"
#include "element/word_break.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// Tokens of ASCII text in one pass: what segment_kernel::scan_ascii says.
template <class Vector>
struct ascii_loops {
    using word = std::uint64_t;
    using index = std::int64_t;
    static constexpr index word_bits = 64;

    /// Tokens are the runs of characters that have a kind.
    template <bool DropSingle>
    static index scan(ascii_kinds const& kinds, bool lower, char const* text, index size, char* to,
                      std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        return scan_blocks<run_rule<DropSingle>>(kinds, lower, text, size, to, base, starts, ends);
    }

    /// Tokens are the segments that hold a letter, a number or two connectors.
    static index scan_segments(ascii_kinds const& kinds, bool lower, char const* text, index size, char* to,
                               std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        return scan_blocks<segment_rule>(kinds, lower, text, size, to, base, starts, ends);
    }

private:
    // A rule says which characters of a block are in tokens, given what it looked up of them and what kind of
    // character follows, if that matters. Blocks come in order; all masks of what is no text are 0.

    static constexpr word last_of_block = word{1} << (word_bits - 1);

    template <bool DropSingle>
    struct run_rule {
        struct block {
            word inside = 0;

            block moved(index left, word valid) const { return {inside >> left & valid}; }
        };
        word before = 0;

        static block look_up(typename Vector::bytes const& kinds) {
            return {Vector::template any<0xFF>(kinds)};
        }
        template <class Following>
        word apply(block here, Following kind_behind) {
            if constexpr (DropSingle) {
                auto const joined = element::shift_in(here.inside, before) | here.inside >> 1;
                return here.inside & (joined | (kind_behind() != 0 ? last_of_block : 0));
            } else {
                return here.inside;
            }
        }
    };

    /// element::plain_rules for no more than the words of ASCII text. These are runs too: of letters,
    /// numbers, connectors, and Mid characters between two of a kind.
    struct segment_rule {
        using which = segment_kinds;

        struct block {
            word words = 0, letters = 0, numbers = 0, mid_letters = 0, mid_numbers = 0;

            block moved(index left, word valid) const {
                return {words >> left & valid, letters >> left & valid, numbers >> left & valid,
                        mid_letters >> left & valid, mid_numbers >> left & valid};
            }
        };
        word word_before = 0, letter_before = 0, number_before = 0;

        static block look_up(typename Vector::bytes const& kinds) {
            return {Vector::template any<which::word>(kinds), Vector::template any<which::letter>(kinds),
                    Vector::template any<which::number>(kinds),
                    Vector::template any<which::mid_letter>(kinds),
                    Vector::template any<which::mid_number>(kinds)};
        }
        template <class Following>
        word apply(block const& here, Following kind_behind) {
            // One block in four has a Mid character between two of a kind: no branch depends on that.
            auto const behind_letter = element::shift_in(here.letters, letter_before) & here.mid_letters;
            auto const behind_number = element::shift_in(here.numbers, number_before) & here.mid_numbers;
            auto tokens =
                here.words | (behind_letter & here.letters >> 1) | (behind_number & here.numbers >> 1);
            if ((here.mid_numbers & last_of_block) != 0) [[unlikely]] { // where all Mid characters are
                auto const kind = kind_behind();
                tokens |= last_of_block & (((kind & which::letter) != 0 ? behind_letter : 0) |
                                           ((kind & which::number) != 0 ? behind_number : 0));
            }
            if (auto const connectors = here.words & ~(here.letters | here.numbers); connectors != 0) {
                // A connector by itself is no word. A Mid character joins none.
                auto const followed =
                    here.words >> 1 | ((kind_behind() & which::word) != 0 ? last_of_block : 0);
                tokens &= ~connectors | here.words << 1 | word_before | followed;
            }
            word_before = here.words >> (word_bits - 1);
            return tokens;
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
                if (blocks_[b] != 0) { // often the last one is
                    size_ += Vector::put_positions(blocks_[b], base_, edges_ + size_);
                }
                base_ += static_cast<std::uint32_t>(word_bits);
            }
            num_blocks_ = 0;
            auto const count = size_ / 2;
            for (index i = 0; i < count; i += 8) { // the last ones may be too many
                Vector::part_pairs(edges_ + 2 * i, starts_ + num_tokens_ + i, ends_ + num_tokens_ + i);
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
    static index scan_blocks(ascii_kinds const& given, bool lower, char const* text, index size, char* to,
                             std::uint32_t base, std::uint32_t* starts, std::uint32_t* ends) {
        auto const kinds = given; // a copy, which is no byte that is written, can stay in registers
        Rule rule;
        edge_list edges{base, starts, ends};
        word open = 0;
        auto const put = [lower](char* where, typename Vector::bytes const& bytes) {
            Vector::store(where, lower ? Vector::lower(bytes) : bytes);
        };
        auto const add = [&](word tokens) { edges.add(tokens ^ element::shift_in(tokens, open)); };
        index done = 0;
        for (; size - done > word_bits; done += word_bits) {
            auto const bytes = Vector::load(text + done);
            if (!Vector::is_ascii(bytes)) {
                return -1;
            }
            put(to + done, bytes);
            add(rule.apply(Rule::look_up(Vector::look_up(kinds, bytes)), [&] {
                return kinds.kind_of[static_cast<unsigned char>(text[done + word_bits]) & 0x7F];
            }));
        }
        if (auto const left = size - done; left > 0) {
            // The last 64 bytes, some of them again, are loaded at once; of fewer a part has to be copied.
            bool const is_short = size < word_bits;
            auto const bytes =
                is_short ? Vector::load_part(text, size) : Vector::load(text + size - word_bits);
            if (!Vector::is_ascii(bytes)) {
                return -1;
            }
            put(to + (is_short ? 0 : size - word_bits), bytes);
            auto const block = Rule::look_up(Vector::look_up(kinds, bytes));
            add(rule.apply(block.moved(is_short ? 0 : word_bits - left, ~word{0} >> (word_bits - left)),
                           [] { return std::uint8_t{0}; }));
        }
        edges.add(open);
        return edges.finish();
    }
};

} // namespace newsgpu::cpu
