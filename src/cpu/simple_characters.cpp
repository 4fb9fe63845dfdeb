#include "cpu/simple_characters.hpp"

#include "cpu/simple_ranges.hpp"
#include "element/utf8.hpp"

namespace newsgpu::cpu {

namespace {

constexpr char32_t to_lower_ascii(char32_t c) {
    return c + (c - 'A' < 26 ? 'a' - 'A' : 0);
}

constexpr bool is_simple_space(char32_t c) {
    return c == ' ' || c - '\t' < 5 || c - 0x1C < 4 || c == ideographic_space;
}

constexpr bool is_han(char32_t c) {
    return c - first_han < num_han;
}

/// Dashes and quotation marks of U+2013..U+201F without U+2017, and 、。〃〈〉《》「」『』【】〔〕〖〗.
constexpr bool is_mark(char32_t c) {
    return (c - 0x2013 < 0x0D && c != 0x2017) || c - 0x3001 < 3 || c - 0x3008 < 0x0A || c - 0x3014 < 4;
}

constexpr bool is_full_width(char32_t c) {
    return c - first_full_width < num_full_width;
}

/// The code point of one byte, or of a three-byte sequence, at `text`; `size` and `length` in bytes. Anything
/// else comes out as no simple character.
struct one_code_point {
    char32_t value;
    std::int64_t length;
};
constexpr one_code_point decode_simple(char const* text, std::int64_t size) {
    constexpr char32_t none = 0xFFFF'FFFF;
    auto const byte = [&](int i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) {
        return {byte(0), 1};
    }
    if (size < 3 || (byte(0) & 0xF0) != 0xE0 || !element::is_continuation(byte(1)) ||
        !element::is_continuation(byte(2))) {
        return {none, 0};
    }
    auto const value =
        static_cast<char32_t>((byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
    // An overlong form of a simple character decodes to one below U+0800.
    return value < 0x800 ? one_code_point{none, 0} : one_code_point{value, 3};
}

/// `decode` says what code point begins at a place, and how long it is: 0 for none.
template <class Decode>
simple_characters read_one_by_one(Decode decode, std::int64_t size, bool after_space, char32_t* to,
                                  std::int64_t room) {
    simple_characters made{0, 0, after_space};
    while (made.read < size && made.written <= room) {
        one_code_point const here = decode(made.read);
        auto const space = is_simple_space(here.value);
        auto const mapped = space ? U' ' : simple_mapping(here.value);
        if (here.length == 0 || (mapped == 0 && here.value != 0)) {
            break;
        }
        if (!(space && made.after_space)) {
            to[made.written++] = mapped;
        }
        made.after_space = space;
        made.read += here.length;
    }
    return made;
}

simple_characters read_bytes(char const* text, std::int64_t size, bool after_space, char32_t* to,
                             std::int64_t room) {
    return read_one_by_one([&](std::int64_t at) { return decode_simple(text + at, size - at); }, size,
                           after_space, to, room);
}

simple_characters read_units(std::uint16_t const* text, std::int64_t size, bool after_space, char32_t* to,
                             std::int64_t room) {
    return read_one_by_one([&](std::int64_t at) { return one_code_point{text[at], 1}; }, size, after_space,
                           to, room);
}

} // namespace

char32_t simple_mapping(char32_t c) {
    if (c < 0x80) {
        return to_lower_ascii(c);
    }
    if (is_han(c) || is_mark(c)) {
        return c;
    }
    return is_full_width(c) ? to_lower_ascii(c - full_width_distance) : 0;
}

simple_reader* simple_reader_of([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    switch (level) {
    case simd_level::avx512:
        return &read_simple_avx512;
    case simd_level::avx2:
        return &read_simple_avx2;
    case simd_level::baseline:
        break;
    }
#endif
    return &read_bytes;
}

simple_unit_reader* simple_unit_reader_of([[maybe_unused]] simd_level level) {
#if defined(__x86_64__)
    if (level >= simd_level::avx2) {
        return &read_simple_units_avx2;
    }
#endif
    return &read_units;
}

} // namespace newsgpu::cpu
