#include "unicode/properties.hpp"

#include "element/character.hpp"
#include "element/utf8.hpp"
#include "unicode/code_point_table.hpp"
#include "unicode/property_ranges.hpp"

#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include <array>

namespace newsgpu::unicode {

namespace {

namespace flag = element::character_flag;

code_point_values<std::uint8_t> make_flags() {
    code_point_values<std::uint8_t> made;
    auto const add = [&](std::uint32_t first, std::uint32_t last, std::uint8_t bits) {
        for (auto c = first; c <= last; ++c) {
            made[c] |= bits;
        }
    };
    for_each_range(UCHAR_GENERAL_CATEGORY,
                   [&](std::uint32_t first, std::uint32_t last, std::uint32_t category) {
                       if ((U_MASK(category) & U_GC_L_MASK) != 0) {
                           add(first, last, flag::word);
                       }
                       if (category == U_SPACE_SEPARATOR) {
                           add(first, last, flag::space);
                       }
                   });
    for_each_range(UCHAR_NUMERIC_TYPE, [&](std::uint32_t first, std::uint32_t last, std::uint32_t type) {
        if (type != U_NT_NONE) {
            add(first, last, flag::word);
        }
    });
    for_each_range(UCHAR_BIDI_CLASS, [&](std::uint32_t first, std::uint32_t last, std::uint32_t direction) {
        if (direction == U_WHITE_SPACE_NEUTRAL || direction == U_BLOCK_SEPARATOR ||
            direction == U_SEGMENT_SEPARATOR) {
            add(first, last, flag::space);
        }
    });
    made['_'] |= flag::word;
    made[0x0130] |= flag::splits;
    made.compress();
    return made;
}

enum class casing { none, cased, ignorable };

casing casing_of(char32_t code_point) {
    auto const c = static_cast<UChar32>(code_point);
    // A character that is both (U+02B0, say) is skipped first: the definition's regular expression does.
    if (u_hasBinaryProperty(c, UCHAR_CASE_IGNORABLE)) {
        return casing::ignorable;
    }
    return u_hasBinaryProperty(c, UCHAR_CASED) ? casing::cased : casing::none;
}

bool cased_before(std::string_view text, std::int64_t at) {
    while (at > 0) {
        auto const begin = element::step_back(text.data(), at);
        auto const here = element::decode(text.data(), begin, at);
        auto const kind = begin + here.length == at ? casing_of(here.code_point) : casing::none;
        if (kind != casing::ignorable) {
            return kind == casing::cased;
        }
        at = begin;
    }
    return false;
}

bool cased_after(std::string_view text, std::int64_t at) {
    auto const end = static_cast<std::int64_t>(text.size());
    while (at < end) {
        auto const here = element::decode(text.data(), at, end);
        auto const kind = casing_of(here.code_point);
        if (kind != casing::ignorable) {
            return kind == casing::cased;
        }
        at += here.length;
    }
    return false;
}

std::string version_text(UVersionInfo const version) {
    std::array<char, U_MAX_VERSION_STRING_LENGTH> text{};
    u_versionToString(version, text.data());
    return text.data();
}

} // namespace

element::code_point_table<std::uint8_t> character_flags() {
    static auto const made = make_flags();
    return made.table();
}

bool is_word(char32_t code_point) {
    return (character_flags()[code_point] & flag::word) != 0;
}

bool is_space(char32_t code_point) {
    return (character_flags()[code_point] & flag::space) != 0;
}

lowered to_lower(char32_t code_point) {
    if (code_point == 0x0130) {
        return {U'i', 0x0307};
    }
    return {static_cast<char32_t>(u_tolower(static_cast<UChar32>(code_point))), 0};
}

bool is_final_sigma(std::string_view text, std::int64_t at) {
    constexpr std::int64_t sigma_bytes = 2;
    return cased_before(text, at) && !cased_after(text, at + sigma_bytes);
}

std::string icu_version() {
    UVersionInfo version;
    u_getVersion(version);
    return version_text(version);
}

std::string unicode_version() {
    UVersionInfo version;
    u_getUnicodeVersion(version);
    return version_text(version);
}

} // namespace newsgpu::unicode
