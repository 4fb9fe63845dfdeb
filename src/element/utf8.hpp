#pragma once

#include "element/host_device.hpp"

#include <cstdint>

// UTF-8, one code point at a time, for any bytes.

namespace newsgpu::element {

inline constexpr char32_t replacement_character = 0xFFFD;

struct decoded {
    char32_t code_point;
    std::int32_t length; ///< bytes read, 1 to 4
    bool well_formed;
};

NEWSGPU_HD constexpr bool is_continuation(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/// Where the code point begins that ends before byte `at`, which is not the first. Before ill-formed bytes it
/// is a place that `decode` reads otherwise: what begins there does not end at `at`, or is not well-formed.
NEWSGPU_HD constexpr std::int64_t step_back(char const* text, std::int64_t at) {
    auto begin = at - 1;
    while (begin > 0 && at - begin < 4 && is_continuation(static_cast<unsigned char>(text[begin]))) {
        --begin;
    }
    return begin;
}

/// The code point at `text[at]`, `at < end`. A maximal ill-formed subpart (Unicode 15.0, section 3.9,
/// table 3-8) reads as one U+FFFD: the second byte's range depends on the first, the later ones' does not.
NEWSGPU_HD constexpr decoded decode(char const* text, std::int64_t at, std::int64_t end) {
    auto const byte = [&](std::int64_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char const lead = byte(at);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    constexpr decoded ill_formed{replacement_character, 1, false};
    if (lead < 0xC2 || lead > 0xF4 || at + 1 >= end) {
        return ill_formed;
    }
    unsigned char const second = byte(at + 1);
    if (lead < 0xE0) {
        if (!is_continuation(second)) {
            return ill_formed;
        }
        return {static_cast<char32_t>((lead & 0x1F) << 6 | (second & 0x3F)), 2, true};
    }
    unsigned char const lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char const highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
        return ill_formed;
    }
    if (at + 2 >= end || !is_continuation(byte(at + 2))) {
        return {replacement_character, 2, false};
    }
    auto const three = static_cast<char32_t>((second & 0x3F) << 6 | (byte(at + 2) & 0x3F));
    if (lead < 0xF0) {
        return {static_cast<char32_t>(lead & 0x0F) << 12 | three, 3, true};
    }
    if (at + 3 >= end || !is_continuation(byte(at + 3))) {
        return {replacement_character, 3, false};
    }
    return {static_cast<char32_t>(lead & 0x07) << 18 | three << 6 | (byte(at + 3) & 0x3F), 4, true};
}

/// The code point of a well-formed sequence of `length` bytes (2 to 4), the first in the lowest byte of
/// `bytes`.
NEWSGPU_HD constexpr char32_t join_bytes(std::uint32_t bytes, std::int32_t length) {
    auto const second = bytes >> 8 & 0x3F, third = bytes >> 16 & 0x3F, fourth = bytes >> 24 & 0x3F;
    return length == 2   ? (bytes & 0x1F) << 6 | second
           : length == 3 ? (bytes & 0x0F) << 12 | second << 6 | third
                         : (bytes & 0x07) << 18 | second << 12 | third << 6 | fourth;
}

/// The same for a maximal subpart that does not begin with ASCII: U+FFFD unless it is a whole sequence.
NEWSGPU_HD constexpr char32_t join_subpart(std::uint32_t bytes, std::int32_t length) {
    auto const lead = bytes & 0xFF;
    return length == (lead < 0xE0   ? 2
                      : lead < 0xF0 ? 3
                                    : 4)
               ? join_bytes(bytes, length)
               : replacement_character;
}

/// Writes `code_point` as UTF-8 to `out` (room for 4 bytes) and returns the number of bytes.
NEWSGPU_HD constexpr std::int32_t encode(char32_t code_point, char* out) {
    auto const put = [&](int i, char32_t bits) {
        out[i] = static_cast<char>(static_cast<unsigned char>(bits));
    };
    if (code_point < 0x80) {
        put(0, code_point);
        return 1;
    }
    if (code_point < 0x800) {
        put(0, 0xC0 | code_point >> 6);
        put(1, 0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        put(0, 0xE0 | code_point >> 12);
        put(1, 0x80 | (code_point >> 6 & 0x3F));
        put(2, 0x80 | (code_point & 0x3F));
        return 3;
    }
    put(0, 0xF0 | code_point >> 18);
    put(1, 0x80 | (code_point >> 12 & 0x3F));
    put(2, 0x80 | (code_point >> 6 & 0x3F));
    put(3, 0x80 | (code_point & 0x3F));
    return 4;
}

} // namespace newsgpu::element
