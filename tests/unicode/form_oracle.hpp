#pragma once

#include <newsgpu/normalize.hpp>

#include "unicode/icu_oracle.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <string>
#include <string_view>

// Forms of text as ICU makes them.

namespace newsgpu::test {

inline std::string well_formed(std::string_view text) {
    // ICU's own reading of ill-formed bytes.
    std::string made;
    icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}).toUTF8String(made);
    return made;
}

/// ICU's answer, for the forms that are ICU's.
inline std::string by_icu(std::string_view given, normalization form) {
    auto const text = well_formed(given);
    icu::StringPiece const piece{text.data(), static_cast<std::int32_t>(text.size())};
    auto status = U_ZERO_ERROR;
    std::string made;
    icu::StringByteSink<std::string> sink{&made};
    if (form == normalization::casefold) {
        icu::CaseMap::utf8Fold(0, piece, sink, nullptr, status);
    } else {
        auto const* const icu = form == normalization::nfc ? icu::Normalizer2::getNFCInstance(status)
                                : form == normalization::nfkc
                                    ? icu::Normalizer2::getNFKCInstance(status)
                                    : icu::Normalizer2::getNFKCCasefoldInstance(status);
        icu->normalizeUTF8(0, piece, sink, nullptr, status);
    }
    check(status);
    return made;
}

/// scikit-learn's strip_accents_unicode and strip_accents_ascii, word for word.
inline std::string stripped(std::string_view given, bool ascii) {
    auto status = U_ZERO_ERROR;
    auto const decomposed = icu::Normalizer2::getNFKDInstance(status)->normalize(
        icu::UnicodeString::fromUTF8(well_formed(given)), status);
    check(status);
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        auto const c = decomposed.char32At(i);
        if (ascii ? c < 0x80 : u_getCombiningClass(c) == 0) {
            kept.append(c);
        }
    }
    std::string made;
    kept.toUTF8String(made);
    return made;
}

inline std::string expected_form(std::string_view text, normalization form) {
    switch (form) {
    case normalization::none:
        return well_formed(text);
    case normalization::strip_accents:
    case normalization::strip_accents_ascii:
        return stripped(text, form == normalization::strip_accents_ascii);
    default:
        return by_icu(text, form);
    }
}

} // namespace newsgpu::test
