#include "unicode/properties.hpp"

#include "element/utf8.hpp"

#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include <array>
#include <memory>

namespace newsgpu::unicode {

namespace {

constexpr char32_t num_code_points = 0x110000;

enum flag : std::uint8_t { word = 1, space = 2 };

std::uint8_t flags_of(UChar32 c) {
    std::uint8_t flags = 0;
    if (u_isalpha(c) || c == '_' || u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NONE) {
        flags |= word;
    }
    auto const direction = u_charDirection(c);
    if (direction == U_WHITE_SPACE_NEUTRAL || direction == U_BLOCK_SEPARATOR || direction == U_SEGMENT_SEPARATOR ||
        u_charType(c) == U_SPACE_SEPARATOR) {
        flags |= space;
    }
    return flags;
}

std::uint8_t flags(char32_t code_point) {
    // One byte a code point, made on first use: ICU's own lookups would be half of the time of a token.
    static auto const table = [] {
        auto made = std::make_unique<std::uint8_t[]>(num_code_points);
        for (char32_t c = 0; c < num_code_points; ++c) {
            made[c] = flags_of(static_cast<UChar32>(c));
        }
        return made;
    }();
    return table[code_point];
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
        auto begin = at - 1;
        while (begin > 0 && at - begin < 4 && element::is_continuation(static_cast<unsigned char>(text[begin]))) {
            --begin;
        }
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

bool is_word(char32_t code_point) { return (flags(code_point) & word) != 0; }

bool is_space(char32_t code_point) { return (flags(code_point) & space) != 0; }

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
