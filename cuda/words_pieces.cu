#include "cuda/words.cuh"

#include "cuda/block_collectives.cuh"
#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"

#include "element/segment.hpp"
#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_threads = 128;
constexpr std::int64_t block_tiles = 8;
constexpr std::int64_t block_words = block_tiles * tile_words;

constexpr int char_bytes = 3;
/// Characters of a piece. In Chinese news the longest have ten, in Japanese nineteen. With more, there is no
/// shared memory for half of the warps of an SM that has 100 KiB.
constexpr int max_length = 23;
/// A piece has three characters at least; a tile may begin with the last byte of one.
constexpr std::int64_t max_pieces = block_tiles * (tile_bytes / (3 * char_bytes) + 1);

__device__ bool bit_at(view<std::uint32_t const> words, std::int64_t i) {
    return i >= 0 && i / word_bits < words.size() && (words[i / word_bits] >> (i % word_bits) & 1) != 0;
}

/// The second characters of the pieces that begin before a word's bytes.
__device__ std::uint32_t piece_starts(view<std::uint32_t const> open, std::int64_t word) {
    auto const mine = word_at(open, word);
    return mine == 0 ? 0 : mine & ~funnel_left(word_at(open, word - 1), mine, char_bytes);
}

/// One piece: characters of three bytes from `begin` on.
struct piece {
    nearby_text text;
    word_planes planes;
    std::int64_t begin;
    int length;

    __device__ std::int64_t place(int i) const { return begin + i * char_bytes; }
    __device__ std::uint32_t character(int i) const {
        return element::join_bytes(text.bytes(i * char_bytes), char_bytes);
    }
    __device__ bool joins_group(int i) const {
        return bit_at(planes.inside, place(i)) && bit_at(planes.katakana, place(i));
    }
    /// How many characters the group of katakana has that begins with the i-th one; 0 if none does.
    __device__ int group_length(int i) const {
        if (!bit_at(planes.katakana, place(i)) ||
            (bit_at(planes.inside, place(i)) && bit_at(planes.katakana, place(i - 1)))) {
            return 0;
        }
        constexpr auto limit = static_cast<int>(element::max_katakana);
        int count = 1;
        while (count < limit && joins_group(i + count)) {
            ++count;
        }
        return count < 2 || count >= limit ? 0 : count;
    }
};

struct block_memory {
    std::uint16_t pieces[max_pieces];
    union { // the scan is done with when pieces are cut
        block_scan<std::uint32_t, block_threads>::storage scan;
        element::path_key keys[max_length + 1][block_threads];
    };
};

/// The cheapest way through a piece: sets `ends` inside of it.
__device__ void cut_piece(piece const& p, element::dictionary const& dictionary, segments_view found,
                          block_memory& memory) {
    auto const me = thread_rank();
    auto& keys = memory.keys;
    keys[0][me] = element::path_start;
    for (int i = 1; i <= p.length; ++i) {
        keys[i][me] = element::unreached;
    }
    auto next = p.character(0);
    for (int i = 0; i < p.length; ++i) {
        auto const from = keys[i][me];
        auto const relax = [&](std::uint32_t cost, int length) {
            auto const key = element::extend_path(from, cost, static_cast<std::uint32_t>(length));
            auto& to = keys[i + length][me];
            to = key < to ? key : to;
        };
        auto const first = next;
        relax(dictionary.costs[first], 1);
        if (i + 1 == p.length) {
            break;
        }
        next = p.character(i + 1);
        auto entry = dictionary.find_pair(first, next);
        for (int length = 2;; ++length) {
            if (entry.cost() != 0) {
                relax(entry.cost(), length);
            }
            if (entry.node() == 0 || i + length == p.length) {
                break;
            }
            entry = dictionary.find_edge(entry.node(), p.character(i + length));
        }
        // Han are no katakana, and are met so often that it is worth a test.
        auto const length = first < first_usual_han || first > last_usual_han ? p.group_length(i) : 0;
        if (length != 0) {
            relax(element::katakana_cost(static_cast<std::uint32_t>(length)), length);
        }
    }
    for (auto i = p.length; i > 0;) {
        i -= static_cast<int>(element::last_word_length(keys[i][me]));
        if (i > 0) {
            auto const last = p.place(i) - 1;
            atomic_or(found.ends[last / word_bits], 1u << (last % word_bits));
        }
    }
}

/// Blocks of `cut` that an SM is to hold: for more, sm_100's compiler spills.
[[maybe_unused]] constexpr unsigned cutting_blocks = 10; // the emulation has no launch bounds

__global__ void __launch_bounds__(block_threads, cutting_blocks)
    cut(text_view text, element::dictionary dictionary, tile_list with_pieces, segments_view found,
        word_planes planes) {
    auto& memory = shared<block_memory>();
    auto const first_tile = block_rank() * block_tiles;
    std::int64_t const num_tiles = with_pieces.count[0];
    if (first_tile >= num_tiles) { // the whole block
        return;
    }
    // Words of the block's tiles, of which the thread has some side by side.
    constexpr auto share = (block_words + block_threads - 1) / block_threads;
    auto const begin = thread_rank() * share;
    auto const position_of = [&](std::int64_t i) {
        auto const tile = first_tile + i / tile_words;
        return i < block_words && tile < num_tiles
                   ? (with_pieces.tiles[tile] * tile_words + i % tile_words) * word_bits
                   : -1;
    };
    std::uint32_t count = 0;
    for (auto i = begin; i < begin + share; ++i) {
        auto const at = position_of(i);
        count +=
            at < 0 ? 0 : static_cast<std::uint32_t>(count_ones(piece_starts(planes.open, at / word_bits)));
    }
    using scan = block_scan<std::uint32_t, block_threads>;
    auto const [before, total] = scan::exclusive_sum(memory.scan, count);
    if (total == 0) {
        return;
    }
    auto next = before;
    for (auto i = begin; i < begin + share; ++i) {
        auto const at = position_of(i);
        for (auto left = at < 0 ? 0 : piece_starts(planes.open, at / word_bits); left != 0;
             left &= left - 1) {
            memory.pieces[next++] = static_cast<std::uint16_t>(i * word_bits + lowest_one(left));
        }
    }
    sync_block();
    for (auto k = thread_rank(); k < total; k += block_threads) {
        auto const i = memory.pieces[k];
        auto const second = position_of(i / word_bits) + i % word_bits;
        piece p{{text, second - char_bytes}, planes, second - char_bytes, 2};
        while (bit_at(planes.open, p.place(p.length))) {
            ++p.length;
        }
        if (p.length > max_length) {
            // No atomic: two pieces so long do not begin in one word.
            planes.exact[second / word_bits] |= 1u << (second % word_bits);
        } else {
            cut_piece(p, dictionary, found, memory);
        }
    }
}

} // namespace

void cut_pieces(text_view text, element::dictionary dictionary, tile_list with_pieces, segments_view found,
                word_planes planes, stream const& on) {
    // How many tiles there are only the device knows.
    launch(on, {parts_of(with_pieces.tiles.size(), block_tiles), block_threads}, cut, text, dictionary,
           with_pieces, found, planes);
}

} // namespace newsgpu::cuda
