#include "unicode/dictionary.hpp"

#include "unicode/break_data.hpp"

#include <unicode/ucharstrie.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <numeric>
#include <type_traits>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace newsgpu::unicode {

namespace {

using element::dictionary_entry;

// The layout of "Dict" data, format version 1 (icu4c/source/common/dictionarydata.h).
enum index { trie_offset = 0, trie_type = 4, transform = 5 };
constexpr std::int32_t uchars_trie_with_values = 1 | 8;

/// A table before it moves to where it stays.
template <class Slot>
struct pilot_slots {
    std::vector<std::uint8_t> pilots;
    std::vector<Slot> slots;

    element::pilot_table<Slot> table() const {
        auto const bits = static_cast<std::uint32_t>(std::countr_zero(slots.size()));
        return {pilots.data(), slots.data(), static_cast<std::uint32_t>(pilots.size() - 1), 32 - bits};
    }
};

template <class Slot>
struct keyed_slot {
    std::uint32_t hash, bucket;
    Slot slot;
};

/// Places keys so that element::pilot_table finds them, the largest buckets first; nothing if some pilot of a
/// byte's range fits no bucket.
template <class Slot>
std::optional<pilot_slots<Slot>> place(std::vector<keyed_slot<Slot>> const& keys) {
    // A load near 0.7 and buckets of about three keys: pilots are found at once, and the table is still
    // small.
    auto const num_slots = std::bit_ceil(keys.size() * 5 / 4);
    auto const num_buckets = num_slots / 4;
    pilot_slots<Slot> made{std::vector<std::uint8_t>(num_buckets), std::vector<Slot>(num_slots)};
    auto table = made.table();

    std::vector<std::uint32_t> first_of_bucket(num_buckets + 1);
    for (auto const& key : keys) {
        ++first_of_bucket[(key.bucket & table.bucket_mask) + 1];
    }
    std::partial_sum(first_of_bucket.begin(), first_of_bucket.end(), first_of_bucket.begin());
    std::vector<std::uint32_t> by_bucket(keys.size());
    auto next = first_of_bucket;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
        by_bucket[next[keys[i].bucket & table.bucket_mask]++] = i;
    }
    std::vector<std::uint32_t> order(num_buckets);
    std::iota(order.begin(), order.end(), 0u);
    auto const size = [&](std::uint32_t b) { return first_of_bucket[b + 1] - first_of_bucket[b]; };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return size(a) > size(b); });

    std::vector<bool> used(num_slots);
    for (auto const bucket : order) {
        auto const first = first_of_bucket[bucket], last = first_of_bucket[bucket + 1];
        bool placed = first == last;
        for (unsigned pilot = 0; pilot <= std::numeric_limits<std::uint8_t>::max() && !placed; ++pilot) {
            made.pilots[bucket] = static_cast<std::uint8_t>(pilot);
            auto i = first;
            for (; i < last; ++i) {
                auto const at = table.place(keys[by_bucket[i]].hash, bucket);
                if (used[at]) {
                    break;
                }
                used[at] = true;
                made.slots[at] = keys[by_bucket[i]].slot;
            }
            placed = i == last;
            while (!placed && i > first) {
                auto const at = table.place(keys[by_bucket[--i]].hash, bucket);
                used[at] = false;
                made.slots[at] = 0;
            }
        }
        if (!placed) {
            return std::nullopt;
        }
    }
    return made;
}

/// The prefixes of the dictionary's words, from two characters on.
class trie_builder {
public:
    explicit trie_builder(std::vector<std::uint8_t> const& costs) : costs_{costs} {}

    /// @param word two characters or more, greater than every word before.
    void add(char16_t const* word, std::size_t length, std::uint8_t cost) {
        std::size_t shared = 0;
        while (shared < std::min(length, length_) && word[shared] == word_[shared]) {
            ++shared;
        }
        std::copy(word, word + length, word_);
        length_ = length;
        // path_[k] is the prefix of k + 2 characters.
        for (auto size = std::max<std::size_t>(shared + 1, 2); size <= length; ++size) {
            auto const parent = size == 2 ? no_parent : path_[size - 3];
            if (parent != no_parent) {
                prefixes_[parent].longer = true;
            }
            path_[size - 2] = static_cast<std::uint32_t>(prefixes_.size());
            prefixes_.push_back({parent, word[size - 2], word[size - 1], 0, false});
        }
        prefixes_[path_[length - 2]].cost = cost;
    }

    std::optional<pilot_slots<std::uint32_t>> pairs() const {
        std::vector<keyed_slot<std::uint32_t>> keys;
        keys.reserve(num_pairs());
        for (auto const& each : prefixes_) {
            if (each.parent == no_parent) {
                auto const single_costs = costs_[each.before] + costs_[each.last];
                auto const wins = each.cost != 0 && each.cost <= single_costs;
                auto const hash = element::hash_pair(each.before, each.last);
                keys.push_back({hash, hash,
                                hash << element::pair_slot::known_bits |
                                    (each.longer ? element::pair_slot::longer_bit : 0) |
                                    (wins ? dictionary_entry::wins_bit : 0) | each.cost});
            }
        }
        return place(keys);
    }

    /// Edges refer to the places of pairs, so those come first.
    std::optional<pilot_slots<std::uint64_t>> edges(pilot_slots<std::uint32_t> const& placed_pairs) && {
        auto const pairs = placed_pairs.table();
        auto next_node = static_cast<std::uint32_t>(placed_pairs.slots.size());
        std::vector<std::uint32_t> nodes(prefixes_.size());
        std::vector<keyed_slot<std::uint64_t>> keys;
        keys.reserve(prefixes_.size() - num_pairs());
        for (std::size_t i = 0; i < prefixes_.size(); ++i) {
            auto const& each = prefixes_[i];
            if (each.parent == no_parent) {
                auto const hash = element::hash_pair(each.before, each.last);
                nodes[i] = pairs.place(hash, hash) + 1;
                continue;
            }
            nodes[i] = each.longer ? ++next_node : 0;
            auto const key = element::edge_key(nodes[each.parent], each.last);
            auto const hash = element::hash_edge(key);
            keys.push_back(
                {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(hash),
                 key << element::dictionary::edge_key_shift | std::uint64_t{nodes[i]} << 8 | each.cost});
        }
        if (next_node >= 1u << element::dictionary::edge_node_bits) {
            return std::nullopt;
        }
        // Their memory is for the table.
        prefixes_ = {};
        nodes = {};
        return place(keys);
    }

private:
    static constexpr std::uint32_t no_parent = 0xFFFF'FFFF;
    static constexpr std::size_t max_length = 64;

    std::size_t num_pairs() const {
        return static_cast<std::size_t>(std::count_if(
            prefixes_.begin(), prefixes_.end(), [](prefix const& each) { return each.parent == no_parent; }));
    }

    struct prefix {
        std::uint32_t parent;
        char16_t before, last; ///< its last two characters
        std::uint8_t cost;
        bool longer;
    };

    std::vector<std::uint8_t> const& costs_;
    std::vector<prefix> prefixes_;
    char16_t word_[max_length] = {};
    std::size_t length_ = 0;
    std::uint32_t path_[max_length] = {};
};

/// The words of ICU's dictionary with their costs.
struct word_list {
    struct word {
        std::uint32_t first; ///< where it begins in `characters`
        std::uint8_t length, cost;
    };
    /// [0x10000] of characters as words; `unknown_cost` for those that are none.
    std::vector<std::uint8_t> costs;
    std::vector<char16_t> characters;
    std::vector<word> words; ///< of two characters and more, ascending
};

/// Nothing where the data have another form than the known one.
std::optional<word_list> read_words(UDataMemory* data) {
    // ICU tries words of at most this many UTF-16 units; a longer one would never be found.
    constexpr std::int32_t longest_match = 20;
    UDataInfo info{};
    info.size = sizeof info;
    udata_getInfo(data, &info);
    auto const* bytes = static_cast<char const*>(udata_getMemory(data));
    auto const* indexes = reinterpret_cast<std::int32_t const*>(bytes);
    if (info.formatVersion[0] != 1 || indexes[trie_type] != uchars_trie_with_values ||
        indexes[transform] != 0) {
        return std::nullopt;
    }
    word_list read;
    read.costs.assign(0x10000, static_cast<std::uint8_t>(element::unknown_cost));
    auto status = U_ZERO_ERROR;
    icu::UCharsTrie::Iterator each{reinterpret_cast<char16_t const*>(bytes + indexes[trie_offset]), 0,
                                   status};
    while (each.next(status)) {
        auto const& text = each.getString();
        auto const cost = each.getValue();
        if (cost < 1 || cost > std::numeric_limits<std::uint8_t>::max() || text.length() > longest_match ||
            text.length() != text.countChar32()) {
            return std::nullopt;
        }
        if (text.length() == 1) {
            read.costs[text[0]] = static_cast<std::uint8_t>(cost);
        } else {
            read.words.push_back({static_cast<std::uint32_t>(read.characters.size()),
                                  static_cast<std::uint8_t>(text.length()), static_cast<std::uint8_t>(cost)});
            read.characters.insert(read.characters.end(), text.getBuffer(), text.getBuffer() + text.length());
        }
    }
    if (U_FAILURE(status) || read.words.empty()) {
        return std::nullopt;
    }
    return read;
}

} // namespace

void dictionary::releaser::operator()(std::byte* memory) const {
    std::free(memory);
}

std::optional<dictionary> load_dictionary() {
    auto const data = open_break_data("dict", "cjdict");
    auto read = data ? read_words(data.get()) : std::nullopt;
    if (!read) {
        return std::nullopt;
    }
    // Costs of single characters come before and between the words that start with them: all are read by now.
    trie_builder builder{read->costs};
    for (auto const& word : read->words) {
        builder.add(read->characters.data() + word.first, word.length, word.cost);
    }
    // Their memory is for the tables.
    read->words = {};
    read->characters = {};
    auto pairs = builder.pairs();
    auto edges = pairs ? std::move(builder).edges(*pairs) : std::nullopt;
    if (!edges) {
        return std::nullopt;
    }

    constexpr std::size_t large_page = std::size_t{1} << 21, line = 64;
    dictionary made;
    std::size_t used = 0;
    auto const reserve = [&](auto const& from) {
        auto const at = used;
        used += (from.size() * sizeof from[0] + line - 1) / line * line;
        return at;
    };
    auto const pair_slots = reserve(pairs->slots), edge_slots = reserve(edges->slots),
               pair_pilots = reserve(pairs->pilots), edge_pilots = reserve(edges->pilots),
               cost_bytes = reserve(read->costs);
    // A vector of look-ups reads words at any of the pilots and costs.
    used += line;
    used = (used + large_page - 1) / large_page * large_page;
    auto* const memory = static_cast<std::byte*>(std::aligned_alloc(large_page, used));
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    made.memory_.reset(memory);
#if defined(__linux__)
    ::madvise(memory, used, MADV_HUGEPAGE);
#endif
    // Each source is freed before the next one is copied.
    auto const move = [&](auto from, std::size_t at) {
        using value = typename decltype(from)::value_type;
        std::memcpy(memory + at, from.data(), from.size() * sizeof(value));
        return reinterpret_cast<value const*>(memory + at);
    };
    made.table_.pairs = pairs->table();
    made.table_.edges = edges->table();
    made.table_.pairs.slots = move(std::move(pairs->slots), pair_slots);
    made.table_.edges.slots = move(std::move(edges->slots), edge_slots);
    made.table_.pairs.pilots = move(std::move(pairs->pilots), pair_pilots);
    made.table_.edges.pilots = move(std::move(edges->pilots), edge_pilots);
    made.table_.costs = move(std::move(read->costs), cost_bytes);
    return made;
}

} // namespace newsgpu::unicode
