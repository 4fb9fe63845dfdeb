#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>

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
    buffer<text_item> items(records.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto const& [bytes, number] = records[i];
        items[i] = {bytes, keeps_text ? text_of(number) : std::string_view{}, number};
    }
    // Few texts are equal so far.
    for (std::size_t begin = 0, end = 0; begin < items.size(); begin = end) {
        for (end = begin + 1; end < items.size() && items[end].first_bytes == items[begin].first_bytes;) {
            ++end;
        }
        if (end - begin > 1) {
            std::sort(items.begin() + static_cast<std::ptrdiff_t>(begin),
                      items.begin() + static_cast<std::ptrdiff_t>(end));
        }
    }
    return items;
}

/// The texts that items keep.
inline string_column texts_of(buffer<text_item> const& items) {
    string_column column;
    column.offsets.resize(items.size() + 1);
    std::size_t size = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        size += items[i].text.size();
        column.offsets[i + 1] = static_cast<std::int64_t>(size);
    }
    column.bytes.resize(size);
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto const text = items[i].text;
        auto* const to = column.bytes.data() + column.offsets[i];
        if (text.size() <= sizeof(std::uint64_t) &&
            to + sizeof(std::uint64_t) <= column.bytes.data() + size) {
            // No text is looked up, and what is too much is overwritten by the next one.
            auto const bytes = __builtin_bswap64(items[i].first_bytes);
            std::memcpy(to, &bytes, sizeof bytes);
        } else {
            std::memcpy(to, text.data(), text.size());
        }
    }
    return column;
}

} // namespace newsgpu::cpu
