#include "cuda/segments.cuh"

#include "cuda/chunk_lanes.cuh"
#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/once_per_device.cuh"

#include "element/character.hpp"
#include "element/code_point_table.hpp"
#include "element/utf8.hpp"
#include "unicode/properties.hpp"

#include <algorithm>

// Runs of `\w`. A character joins the one before it if both are `\w`. Of scikit-learn's `\w\w+`, on lowered
// text, what has joined is the second character of a token at least.

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

using flag_table = element::code_point_table<std::uint8_t>;

/// element::character_flag of every code point, in device memory.
class character_table {
public:
    explicit character_table(stream const& on)
        : index_{to_device(newsgpu::view{unicode::character_flags().index, num_entries}, on)},
          blocks_{to_device(newsgpu::view{unicode::character_flags().blocks, num_flags()}, on)} {}

    flag_table view() const { return {index_.view().data(), blocks_.view().data()}; }

private:
    static constexpr std::int64_t num_entries = 0x110000 / flag_table::block_size;
    static std::int64_t num_flags() {
        auto const* index = unicode::character_flags().index;
        return (std::int64_t{*std::max_element(index, index + num_entries)} + 1) * flag_table::block_size;
    }

    device_buffer<std::uint16_t> index_;
    device_buffer<std::uint8_t> blocks_;
};

struct run_classes {
    std::uint32_t word, splits;
};

/// Letters, digits and the underscore.
__device__ std::uint32_t ascii_word_characters(byte_planes const& p) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const any = b4 | b3 | b2 | b1 | b0;
    auto const beyond_z = b4 & b3 & (b2 | (b1 & b0));
    auto const letter = b6 & any & ~beyond_z;
    auto const digit = ~b6 & b5 & b4 & ~(b3 & (b2 | b1));
    auto const underscore = b6 & ~b5 & b4 & b3 & b2 & b1 & b0;
    return ~b7 & (letter | digit | underscore);
}

/// Adds what the table has of the characters that begin in `leads`. Every lane of the warp comes here.
__device__ void look_up(run_classes& c, text_view text, flag_table flags, std::int64_t word,
                        std::uint32_t leads, std::uint32_t continued) {
    namespace flag = element::character_flag;
    auto const next = shuffle_down(continued, 1);
    auto const behind = join_words(continued, lane_rank() < warp_size - 1 ? next : 0);
    nearby_text const near{text, word * lane_bytes};
    std::uint64_t words = 0, splits = 0;
    for (auto left = leads; left != 0; left &= left - 1) {
        auto const i = lowest_one(left);
        auto const length = 1 + lowest_one(~(low_word(behind >> (i + 1)) & 7));
        auto const code_point = element::join_subpart(near.bytes(i), length);
        auto const found = flags[code_point];
        auto const span = ((std::uint64_t{1} << length) - 1) << i;
        words |= (found & flag::word) != 0 ? span : 0;
        splits |= (found & flag::splits) != 0 ? span : 0;
    }
    auto const words_before = shuffle_up(high_word(words), 1),
               splits_before = shuffle_up(high_word(splits), 1);
    c.word |= low_word(words) | words_before;
    c.splits |= low_word(splits) | splits_before;
}

/// @param are_sklearns whether they are scikit-learn's; else single characters are runs, too.
__global__ void __launch_bounds__(block_threads)
    find_runs(text_view text, flag_table flags, bool are_sklearns, segments_view found) {
    auto const chunk = global_rank() / warp_size;
    if (chunk >= found.chunk_tokens.size()) { // the whole warp
        return;
    }
    auto const word = chunk * chunk_words + lane_rank() - 1;
    auto const breaks = word_at(text.breaks, word);
    auto const planes = planes_at(text.text, word);
    run_classes c{ascii_word_characters(planes), 0};
    std::uint32_t continued = 0;
    bool const wide = any_of_warp(planes.bit[7] != 0);
    if (wide) {
        continued = continued_bytes(planes, breaks);
        look_up(c, text, flags, word, planes.bit[7] & ~continued, continued);
    }
    auto const joins_next = are_sklearns ? c.word & ~c.splits : c.word;
    auto joined = c.word & previous_byte(joins_next) & ~continued & ~breaks;
    auto const ends = next_byte((~joined & ~continued) | breaks);
    if (wide) {
        // From the first byte of a character to its last.
        for (int i = 0; i < 3; ++i) {
            joined |= previous_byte(joined) & continued;
        }
    }
    store_chunk(found, chunk, text.num_bytes, ends, ends & (are_sklearns ? joined : c.word));
}

} // namespace

void find_word_runs(text_view text, token_kind kind, segments_view found, stream const& on) {
    static auto& tables = *new once_per_device<character_table>;
    launch(on, {parts_of(found.chunk_tokens.size(), block_warps), block_threads}, find_runs, text,
           tables.get(on).view(), kind == token_kind::sklearn, found);
}

} // namespace newsgpu::cuda
