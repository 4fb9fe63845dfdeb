#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>

#include "cpu/radix_sort.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace newsgpu::cpu {

inline std::uint64_t first_bytes(std::string_view text) {
    char bytes[8] = {};
    std::memcpy(bytes, text.data(), std::min(text.size(), sizeof bytes));
    std::uint64_t value = 0;
    for (auto const byte : bytes) {
        value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
}

/// A text and what the caller calls it. Texts are ordered by their bytes, which is the order of their code
/// points. Most words have no more than eight: those are in the item, and memory is not asked for them.
class text_item {
public:
    static constexpr std::size_t max_inline = 8;

    text_item() = default;
    /// @param text has to stay valid if it is longer than `max_inline`.
    text_item(std::string_view text, std::uint32_t number)
        : first_bytes_{cpu::first_bytes(text)}, text_{text.data()},
          size_{static_cast<std::uint32_t>(text.size())}, number_{number} {}

    std::uint64_t first_bytes() const { return first_bytes_; }
    std::uint32_t number() const { return number_; }
    std::uint32_t size() const { return size_; }

    friend bool operator<(text_item const& a, text_item const& b) {
        if (a.first_bytes_ != b.first_bytes_) {
            return a.first_bytes_ < b.first_bytes_;
        }
        // Of two that are equal up to where one ends, that one begins the other.
        if (a.size_ <= max_inline || b.size_ <= max_inline) {
            return a.size_ < b.size_;
        }
        return std::string_view{a.text_, a.size_} < std::string_view{b.text_, b.size_};
    }

    /// @param room bytes at `to`, at least `size()`: what is behind the text may be overwritten.
    void copy(char* to, std::size_t room) const {
        if (size_ > max_inline) {
            std::memcpy(to, text_, size_);
            return;
        }
        auto const bytes = __builtin_bswap64(first_bytes_);
        // Eight bytes are one move.
        std::memcpy(to, &bytes, room >= sizeof bytes ? sizeof bytes : std::size_t{size_});
    }

private:
    std::uint64_t first_bytes_; ///< the first of all in the highest bits, zeros behind the end
    char const* text_;
    std::uint32_t size_, number_;
};

/// Distinct texts in order. `text_of(number)` is asked for each of `numbers`; what it gives has to stay valid
/// where it is longer than `text_item::max_inline`.
template <class TextOf>
buffer<text_item> sorted_texts(buffer<std::uint32_t> const& numbers, TextOf text_of) {
    buffer<text_item> items;
    items.reserve(numbers.size());
    for (auto const number : numbers) {
        items.push_back({text_of(number), number});
    }
    radix_sort(items, [](text_item const& each) { return each.first_bytes(); });
    // Few texts are equal so far.
    for (std::size_t begin = 0, end = 0; begin < items.size(); begin = end) {
        for (end = begin + 1; end < items.size() && items[end].first_bytes() == items[begin].first_bytes();) {
            ++end;
        }
        if (end - begin > 1) {
            std::sort(items.begin() + static_cast<std::ptrdiff_t>(begin),
                      items.begin() + static_cast<std::ptrdiff_t>(end));
        }
    }
    return items;
}

/// The texts of items.
inline string_column texts_of(buffer<text_item> const& items) {
    string_column column;
    column.offsets.resize(items.size() + 1);
    std::size_t size = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        size += items[i].size();
        column.offsets[i + 1] = static_cast<std::int64_t>(size);
    }
    column.bytes.resize(size);
    for (std::size_t i = 0; i < items.size(); ++i) {
        // What is written too much is overwritten by the next one.
        auto const at = static_cast<std::size_t>(column.offsets[i]);
        items[i].copy(column.bytes.data() + at, size - at);
    }
    return column;
}

} // namespace newsgpu::cpu
