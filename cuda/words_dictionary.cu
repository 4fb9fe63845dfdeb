#include "cuda/words.cuh"

#include "cuda/lane_text.cuh"
#include "cuda/launch.cuh"
#include "cuda/word_lanes.cuh"

#include "element/segment.hpp"
#include "element/utf8.hpp"

namespace newsgpu::cuda {

namespace {

constexpr unsigned block_warps = 8;
constexpr unsigned block_threads = block_warps * warp_size;

/// Bytes of a character that the dictionary may have: all are in U+0800..FFFF.
constexpr int char_bytes = 3;

/// Bits over a lane's bytes and those of the lane behind it.
struct two_lanes {
    std::uint64_t mine = 0, behind = 0;

    __device__ bool operator[](int i) const { return ((i < 64 ? mine >> i : behind >> (i - 64)) & 1) != 0; }
    __device__ void set(int i) {
        if (i < 64) {
            mine |= std::uint64_t{1} << i;
        } else {
            behind |= std::uint64_t{1} << (i - 64);
        }
    }
    __device__ void operator|=(two_lanes other) {
        mine |= other.mine;
        behind |= other.behind;
    }
};

/// The bits of a lane and of the one behind it; none behind the last lane.
__device__ two_lanes with_lane_behind(std::uint64_t mine) {
    auto const behind = shuffle_down(mine, 1);
    return {mine, lane_rank() < warp_size - 1 ? behind : 0};
}

/// All bits over a lane's bytes, those included that the lane before set.
__device__ std::uint64_t with_lane_before(two_lanes bits) {
    auto const before = shuffle_up(bits.behind, 1);
    return bits.mine | (lane_rank() > 0 ? before : 0);
}

/// Bit i: what the character before has, of which `mask` has the first byte.
__device__ std::uint64_t previous_character(std::uint64_t mask) {
    auto const before = shuffle_up(mask, 1);
    return mask << char_bytes | (lane_rank() > 0 ? before >> (64 - char_bytes) : 0);
}
__device__ std::uint64_t next_character(std::uint64_t mask) {
    return mask >> char_bytes | shuffle_down(mask, 1) << (64 - char_bytes);
}

/// The lead of three bytes. Characters of other lengths have no words.
__device__ bool is_lead(std::uint32_t bytes) {
    return (bytes & 0xF0) == 0xE0;
}

/// What the dictionary knows of the character at `at` and the one before it.
__device__ element::dictionary_entry pair_at(nearby_text const& text, element::dictionary const& dictionary,
                                             int at) {
    auto const [first, second] = text.characters(at - char_bytes);
    if (!is_lead(first) || !is_lead(second)) {
        return {};
    }
    return dictionary.find_pair(element::join_bytes(first, char_bytes),
                                element::join_bytes(second, char_bytes));
}

/// Places between characters that something crosses.
struct crossings {
    two_lanes crossed; ///< by a word or a group
    two_lanes grouped; ///< by a group
};

/// What find_pairs has of 32 bytes.
struct found_pairs {
    std::uint32_t words = 0, wins = 0;
    std::uint32_t longer = 0; ///< longer words may begin with these two
};

/// The pairs of which the second character begins with a bit of `inside`, which is about the bytes from
/// `first` on.
__device__ found_pairs find_pairs(nearby_text const& text, element::dictionary const& dictionary, int first,
                                  std::uint32_t inside) {
    found_pairs found;
    for (auto left = inside; left != 0; left &= left - 1) {
        auto const bit = left & (0 - left);
        auto const entry = pair_at(text, dictionary, first + lowest_one(left));
        found.words |= entry.cost() != 0 ? bit : 0;
        found.wins |= entry.wins() ? bit : 0;
        found.longer |= entry.node() != 0 ? bit : 0;
    }
    return found;
}

/// Words of three characters and more, which begin one character before the bits of `seconds`.
__device__ void find_longer_words(nearby_text const& text, element::dictionary const& dictionary,
                                  std::uint64_t seconds, two_lanes inside, crossings& found) {
    for (auto left = seconds; left != 0; left &= left - 1) {
        auto at = lowest_one(left);
        auto node = pair_at(text, dictionary, at).node();
        two_lanes reach;
        reach.set(at);
        for (at += char_bytes; node != 0 && at < 2 * wide_lane_bytes && inside[at]; at += char_bytes) {
            auto const bytes = text.bytes(at);
            if (!is_lead(bytes)) {
                break;
            }
            reach.set(at);
            auto const entry = dictionary.find_edge(node, element::join_bytes(bytes, char_bytes));
            if (entry.cost() != 0) {
                found.crossed |= reach;
            }
            node = entry.node();
        }
    }
}

/// Groups of katakana, which are words whatever the dictionary has.
__device__ void find_groups(std::uint64_t starts, two_lanes inside, two_lanes katakana, crossings& found) {
    for (auto left = starts; left != 0; left &= left - 1) {
        auto at = lowest_one(left);
        std::uint32_t length = 1;
        two_lanes reach;
        for (at += char_bytes; length < element::max_katakana && inside[at] && katakana[at];
             at += char_bytes) {
            reach.set(at);
            ++length;
        }
        if (length >= 2 && length < element::max_katakana) {
            found.crossed |= reach;
            found.grouped |= reach;
        }
    }
}

__global__ void __launch_bounds__(block_threads)
    find_crossings(text_view text, element::dictionary dictionary, view<std::uint32_t const> tiles,
                   segments_view found, word_planes planes, tile_list with_pieces) {
    auto const i = global_rank() / warp_size;
    if (i >= tiles.size()) { // the whole warp
        return;
    }
    auto const word = tiles[i] * tile_lanes + lane_rank() - 1;
    auto const mine = wide_word_at(planes.inside, word);
    if (!any_of_warp(mine != 0)) {
        return;
    }
    nearby_text const near{text, word * wide_lane_bytes};
    auto const inside = with_lane_behind(mine);
    auto const front = find_pairs(near, dictionary, 0, low_word(mine)),
               back = find_pairs(near, dictionary, lane_bytes, high_word(mine));
    crossings all;
    all.crossed.mine = join_words(front.words, back.words);
    auto const wins = join_words(front.wins, back.wins), longer = join_words(front.longer, back.longer);
    auto const third = mine >> char_bytes | inside.behind << (64 - char_bytes);
    find_longer_words(near, dictionary, longer & third, inside, all);
    auto const katakana = wide_word_at(planes.katakana, word);
    if (any_of_warp(katakana != 0)) {
        auto const starts = katakana & ~(mine & previous_character(katakana));
        find_groups(starts, inside, with_lane_behind(katakana), all);
    }

    auto const crossed = with_lane_before(all.crossed);
    auto const alone =
        crossed & ~previous_character(crossed) & ~next_character(crossed) & ~with_lane_before(all.grouped);
    auto const cut = mine & (~crossed | (alone & ~wins));
    auto const ends = next_byte(cut);
    auto const open = is_inner_lane() ? crossed & ~alone : 0;
    if (is_inner_lane()) {
        store(found.ends, word, wide_word_at(found.ends, word) | ends);
        store(planes.open, word, open);
    }
    if (any_of_warp(open != 0) && lane_rank() == 0) {
        append(with_pieces, tiles[i]);
    }
}

} // namespace

void find_dictionary_words(text_view text, element::dictionary dictionary, view<std::uint32_t const> tiles,
                           segments_view found, word_planes planes, tile_list with_pieces, stream const& on) {
    launch(on, {parts_of(tiles.size(), block_warps), block_threads}, find_crossings, text, dictionary, tiles,
           found, planes, with_pieces);
}

} // namespace newsgpu::cuda
