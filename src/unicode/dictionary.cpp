#include "unicode/dictionary.hpp"

#include "unicode/icu_error.hpp"

#include <unicode/ucharstrie.h>
#include <unicode/udata.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <numeric>

namespace newsgpu::unicode {

namespace {

using element::dictionary_entry;

// The layout of "Dict" data, format version 1 (icu4c/source/common/dictionarydata.h).
enum index { trie_offset = 0, trie_type = 4, transform = 5 };
constexpr std::int32_t uchars_trie_with_values = 1 | 8;

struct data_closer {
    void operator()(UDataMemory* data) const { udata_close(data); }
};

struct keyed_slot {
    std::uint32_t hash, bucket;
    std::uint64_t slot;
};

/// Places keys so that element::pilot_table finds them, the largest buckets first; nothing if some pilot of a byte's
/// range fits no bucket.
std::optional<pilot_slots> place(std::vector<keyed_slot> const& keys) {
    // A load near 0.7 and buckets of about three keys: pilots are found at once, and the table is still small.
    auto const num_slots = std::bit_ceil(keys.size() * 5 / 4);
    auto const num_buckets = num_slots / 4;
    pilot_slots made{std::vector<std::uint8_t>(num_buckets), std::vector<std::uint64_t>(num_slots)};
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

/// Words in ascending order become a trie whose nodes are numbered.
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
        // path_[k] is the entry of the first k + 2 characters.
        for (auto depth = std::max<std::size_t>(shared + 1, 2); depth <= length; ++depth) {
            entries_.push_back({depth == 2 ? static_cast<std::uint64_t>(word[0]) << 16 | word[1]
                                           : element::edge_key(node_of(path_[depth - 3]), word[depth - 1]),
                                depth == 2, 0, 0});
            path_[depth - 2] = entries_.size() - 1;
        }
        entries_[path_[length - 2]].cost = cost;
    }

    std::uint32_t num_nodes() const { return num_nodes_; }

    std::vector<keyed_slot> pairs() const {
        std::vector<keyed_slot> made;
        for (auto const& each : entries_) {
            if (each.is_pair) {
                auto const pair = static_cast<std::uint32_t>(each.key);
                auto const single_costs = costs_[pair >> 16] + costs_[pair & 0xFFFF];
                auto const wins = each.cost != 0 && each.cost <= single_costs;
                auto const hash = element::hash_pair(pair);
                made.push_back({hash, hash,
                                std::uint64_t{pair} << 32 | each.node << dictionary_entry::node_shift |
                                    (wins ? dictionary_entry::wins_bit : 0) | each.cost});
            }
        }
        return made;
    }

    std::vector<keyed_slot> edges() const {
        std::vector<keyed_slot> made;
        for (auto const& each : entries_) {
            if (!each.is_pair) {
                auto const hash = element::hash_edge(each.key);
                made.push_back({static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(hash),
                                each.key << element::dictionary::edge_key_shift | std::uint64_t{each.node} << 8 |
                                    each.cost});
            }
        }
        return made;
    }

private:
    struct prefix {
        std::uint64_t key;
        bool is_pair;
        std::uint8_t cost;
        std::uint32_t node;
    };

    std::uint32_t node_of(std::size_t at) {
        if (entries_[at].node == 0) {
            entries_[at].node = ++num_nodes_;
        }
        return entries_[at].node;
    }

    static constexpr std::size_t max_length = 64;

    std::vector<std::uint8_t> const& costs_;
    std::vector<prefix> entries_;
    std::uint32_t num_nodes_ = 0;
    char16_t word_[max_length] = {};
    std::size_t length_ = 0;
    std::size_t path_[max_length] = {};
};

} // namespace

element::pilot_table pilot_slots::table() const {
    auto const bits = static_cast<std::uint32_t>(std::countr_zero(slots.size()));
    return {pilots.data(), slots.data(), static_cast<std::uint32_t>(pilots.size() - 1), 32 - bits};
}

std::optional<dictionary> load_dictionary() {
    // ICU tries words of at most this many UTF-16 units; a longer one would never be found.
    constexpr std::int32_t longest_match = 20;
    auto status = U_ZERO_ERROR;
    std::unique_ptr<UDataMemory, data_closer> const data{
        udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status)};
    if (U_FAILURE(status)) {
        return std::nullopt;
    }
    UDataInfo info{};
    info.size = sizeof info;
    udata_getInfo(data.get(), &info);
    auto const* bytes = static_cast<char const*>(udata_getMemory(data.get()));
    auto const* indexes = reinterpret_cast<std::int32_t const*>(bytes);
    if (info.formatVersion[0] != 1 || indexes[trie_type] != uchars_trie_with_values || indexes[transform] != 0) {
        return std::nullopt;
    }

    dictionary made;
    made.costs.assign(0x10000, static_cast<std::uint8_t>(element::unknown_cost));
    // Single characters come before and between the words that start with them: read them all first.
    struct word {
        std::size_t first;
        std::int32_t length;
        std::uint8_t cost;
    };
    std::vector<char16_t> characters;
    std::vector<word> words;
    icu::UCharsTrie::Iterator each{reinterpret_cast<char16_t const*>(bytes + indexes[trie_offset]), 0, status};
    while (each.next(status)) {
        auto const& text = each.getString();
        auto const cost = each.getValue();
        if (cost < 1 || cost > std::numeric_limits<std::uint8_t>::max() || text.length() > longest_match ||
            text.length() != text.countChar32()) {
            return std::nullopt;
        }
        if (text.length() == 1) {
            made.costs[text[0]] = static_cast<std::uint8_t>(cost);
        } else {
            words.push_back({characters.size(), text.length(), static_cast<std::uint8_t>(cost)});
            characters.insert(characters.end(), text.getBuffer(), text.getBuffer() + text.length());
        }
    }
    if (U_FAILURE(status) || words.empty()) {
        return std::nullopt;
    }
    trie_builder builder{made.costs};
    for (auto const& each_word : words) {
        builder.add(characters.data() + each_word.first, static_cast<std::size_t>(each_word.length), each_word.cost);
    }
    if (builder.num_nodes() >= 1u << element::dictionary::edge_node_bits) {
        return std::nullopt;
    }
    auto pairs = place(builder.pairs());
    auto edges = place(builder.edges());
    if (!pairs || !edges) {
        return std::nullopt;
    }
    made.pairs = std::move(*pairs);
    made.edges = std::move(*edges);
    return made;
}

} // namespace newsgpu::unicode
