#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace newsgpu::cpu {

/// Digits of at most so many bits: more, and the places that a pass writes to leave the first-level cache.
inline constexpr int max_digit_bits = 11;

/// A stable pass over `from` by the digit of `bits` bits at `shift` of `key(record)`; false, and nothing is
/// written, where no two records differ in it.
template <class Value, class Key>
bool radix_pass(Value const* from, Value* to, std::size_t count, int shift, int bits, Key key) {
    std::array<std::size_t, std::size_t{1} << max_digit_bits> places, others;
    auto const digits = std::size_t{1} << bits;
    auto const digit_of = [&](Value const& record) {
        return static_cast<std::size_t>(key(record) >> shift) & (digits - 1);
    };
    std::fill_n(places.begin(), digits, 0);
    std::fill_n(others.begin(), digits, 0);
    // Neighbours often share a digit; in one histogram the second would wait for the first.
    for (std::size_t i = 1; i < count; i += 2) {
        ++places[digit_of(from[i - 1])];
        ++others[digit_of(from[i])];
    }
    if (count % 2 != 0) {
        ++places[digit_of(from[count - 1])];
    }
    for (std::size_t digit = 0; digit < digits; ++digit) {
        places[digit] += others[digit];
    }
    if (places[digit_of(from[0])] == count) {
        return false;
    }
    std::size_t next = 0;
    for (std::size_t digit = 0; digit < digits; ++digit) {
        next += std::exchange(places[digit], next);
    }
    for (std::size_t i = 0; i < count; ++i) {
        to[places[digit_of(from[i])]++] = from[i];
    }
    return true;
}

/// Sorts records by the bits [low, high) of `key(record)`, a 64-bit number; stable. The least significant
/// digit first, in as few passes of equal width as will do.
template <class Value, class Key>
void radix_sort(Value* values, Value* scratch, std::size_t count, int low, int high, Key key) {
    if (count < 2 || low >= high) {
        return;
    }
    auto const passes = (high - low + max_digit_bits - 1) / max_digit_bits;
    auto* from = values;
    auto* to = scratch;
    for (int pass = 0; pass < passes; ++pass) {
        auto const shift = low + (high - low) * pass / passes;
        auto const next = low + (high - low) * (pass + 1) / passes;
        if (radix_pass(from, to, count, shift, next - shift, key)) {
            std::swap(from, to);
        }
    }
    if (from != values) {
        std::copy(from, from + count, values);
    }
}

/// Sorts a vector of records by `key(record)`, a 64-bit number; stable. Few records are sorted by comparison:
/// the histograms would cost more.
template <class Records, class Key>
void radix_sort(Records& records, Key key) {
    using value = typename Records::value_type;
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
    auto* from = &records;
    auto* to = &scattered;
    for (int shift = 0; shift < 64; shift += max_digit_bits) {
        auto const bits = std::min(max_digit_bits, 64 - shift);
        if ((differing >> shift) % (std::size_t{1} << bits) != 0 &&
            radix_pass(from->data(), to->data(), records.size(), shift, bits, key)) {
            std::swap(from, to);
        }
    }
    if (from != &records) {
        records.swap(scattered);
    }
}

} // namespace newsgpu::cpu
