#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace newsgpu::cpu {

/// Sorts a vector of records by `key(record)`, a 64-bit number; stable. Least significant digit first, 11
/// bits a pass, digits in which no two keys differ left out. Few records are sorted by comparison: the
/// histograms would cost more.
template <class Records, class Key>
void radix_sort(Records& records, Key key) {
    using value = typename Records::value_type;
    constexpr int digit_bits = 11;
    constexpr std::size_t digits = std::size_t{1} << digit_bits;
    constexpr std::size_t few = 512;
    if (records.size() <= few) {
        std::stable_sort(records.begin(), records.end(),
                         [&](value const& a, value const& b) { return key(a) < key(b); });
        return;
    }
    std::uint64_t differing = 0;
    for (auto const& record : records) {
        differing |= key(record) ^ key(records.front());
    }
    Records scattered(records.size());
    for (int shift = 0; shift < 64; shift += digit_bits) {
        if ((differing >> shift) % digits == 0) {
            continue;
        }
        std::array<std::size_t, digits> starts{};
        for (auto const& record : records) {
            ++starts[(key(record) >> shift) % digits];
        }
        std::size_t next = 0;
        for (auto& start : starts) {
            next += std::exchange(start, next);
        }
        for (auto const& record : records) {
            scattered[starts[(key(record) >> shift) % digits]++] = record;
        }
        records.swap(scattered);
    }
}

} // namespace newsgpu::cpu
