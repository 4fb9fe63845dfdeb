#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/radix_sort.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace newsgpu::cpu {

/// A text and what the caller calls it. Texts are ordered by their bytes, which is the order of their code
/// points.
struct text_item {
    std::uint64_t first_bytes; ///< the first eight, the first of all in the highest bits
    std::string_view text;
    std::uint32_t number;

    friend bool operator<(text_item const& a, text_item const& b) {
        return a.first_bytes != b.first_bytes ? a.first_bytes < b.first_bytes : a.text < b.text;
    }
};

inline std::uint64_t first_bytes(std::string_view text) {
    char bytes[8] = {};
    std::memcpy(bytes, text.data(), std::min(text.size(), sizeof bytes));
    std::uint64_t value = 0;
    for (auto const byte : bytes) {
        value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
}

/// Distinct texts in order. `text_of(number)` is asked for each of `numbers`; what it gives has to stay
/// valid where the item keeps it: everywhere, or nowhere if `first_bytes` say all (`keeps_text` is false).
template <class TextOf>
buffer<text_item> sorted_texts(buffer<std::uint32_t> const& numbers, bool keeps_text, TextOf text_of) {
    struct record {
        std::uint64_t first_bytes;
        std::uint32_t number;
    };
    buffer<record> records;
    records.reserve(numbers.size());
    for (auto const number : numbers) {
        records.push_back({first_bytes(text_of(number)), number});
    }
    radix_sort(records, [](record const& each) { return each.first_bytes; });
    buffer<text_item> items;
    items.reserve(numbers.size());
    for (std::size_t run = 0; run < records.size();) {
        auto const first = items.size();
        auto const bytes = records[run].first_bytes;
        for (; run < records.size() && records[run].first_bytes == bytes; ++run) {
            auto const text = keeps_text ? text_of(records[run].number) : std::string_view{};
            items.push_back({records[run].first_bytes, text, records[run].number});
        }
        // Few texts are equal so far.
        if (items.size() - first > 1) {
            std::sort(items.begin() + static_cast<std::ptrdiff_t>(first), items.end());
        }
    }
    return items;
}

} // namespace newsgpu::cpu
