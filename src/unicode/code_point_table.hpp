#pragma once

#include "element/code_point_table.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

namespace newsgpu::unicode {

using element::num_code_points;

/// Owns an element::code_point_table. Filled by ranges, in any order, the last one to write a code point
/// wins.
template <class T>
class code_point_values {
public:
    code_point_values() : values_(num_code_points) {}

    T& operator[](std::uint32_t code_point) { return values_[code_point]; }

    void set(std::uint32_t first, std::uint32_t last, T value) {
        for (auto c = first; c <= last; ++c) {
            values_[c] = value;
        }
    }

    /// Shares equal blocks and frees the flat values.
    void compress() {
        constexpr auto size = element::code_point_table<T>::block_size;
        std::unordered_map<std::string, std::uint16_t> known;
        std::string last_key;
        std::uint16_t last = 0;
        for (std::uint32_t first = 0; first < num_code_points; first += size) {
            auto const* bytes = reinterpret_cast<char const*>(values_.data() + first);
            if (!last_key.empty() && std::memcmp(last_key.data(), bytes, last_key.size()) == 0) {
                index_.push_back(last);
                continue;
            }
            last_key.assign(bytes, size * sizeof(T));
            auto const [place, added] =
                known.try_emplace(last_key, static_cast<std::uint16_t>(blocks_.size() / size));
            if (added) {
                blocks_.insert(blocks_.end(), values_.begin() + first, values_.begin() + first + size);
            }
            last = place->second;
            index_.push_back(last);
        }
        values_ = {};
    }

    /// Of a compressed table; it lives as long as this.
    element::code_point_table<T> table() const { return {index_.data(), blocks_.data()}; }

private:
    std::vector<T> values_;
    std::vector<std::uint16_t> index_;
    std::vector<T> blocks_;
};

} // namespace newsgpu::unicode
