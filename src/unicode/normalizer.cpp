#include "unicode/normalizer.hpp"

#include "element/utf8.hpp"
#include "unicode/icu_error.hpp"
#include "unicode/properties.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace newsgpu::unicode {

namespace {

icu::StringPiece piece(std::string_view text) { return {text.data(), static_cast<std::int32_t>(text.size())}; }

/// Longest run handed to ICU at once; its sizes are 32-bit and the result may grow elevenfold.
constexpr std::size_t max_icu_bytes = std::size_t{1} << 27;

bool is_ascii(std::string_view text) {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & 0x8080'8080'8080'8080) != 0) {
            return false;
        }
    }
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Lead bytes E5..E8 and a full sequence: U+5000..U+8FFF, which no form changes and nothing composes with.
bool is_plain_han(std::string_view text) {
    if (text.size() % 3 != 0) {
        return false;
    }
    for (std::size_t at = 0; at < text.size(); at += 3) {
        auto const lead = static_cast<unsigned char>(text[at]);
        if (lead < 0xE5 || lead > 0xE8 || !element::is_continuation(static_cast<unsigned char>(text[at + 1])) ||
            !element::is_continuation(static_cast<unsigned char>(text[at + 2]))) {
            return false;
        }
    }
    return true;
}

std::string_view lower_ascii(std::string_view text, std::string& scratch) {
    auto const upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (std::none_of(text.begin(), text.end(), upper)) {
        return text;
    }
    scratch.resize(text.size());
    std::transform(text.begin(), text.end(), scratch.begin(),
                   [&](char c) { return upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; });
    return scratch;
}

/// Cuts long text where no form reaches across, after a line feed, and hands the pieces to `append`.
template <class Append>
void for_each_icu_piece(std::string_view text, Append append) {
    while (text.size() > max_icu_bytes) {
        auto const line = text.rfind('\n', max_icu_bytes - 1);
        auto cut = line == std::string_view::npos ? max_icu_bytes : line + 1;
        if (line == std::string_view::npos) {
            while (element::is_continuation(static_cast<unsigned char>(text[cut]))) {
                --cut;
            }
        }
        append(text.substr(0, cut));
        text.remove_prefix(cut);
    }
    append(text);
}

} // namespace

normalizer::normalizer(normalization form) : form_{form} {
    auto status = U_ZERO_ERROR;
    switch (form) {
    case normalization::nfc:
        icu_ = icu::Normalizer2::getNFCInstance(status);
        break;
    case normalization::nfkc:
        icu_ = icu::Normalizer2::getNFKCInstance(status);
        break;
    case normalization::nfkc_casefold:
        icu_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
        break;
    case normalization::none:
    case normalization::casefold:
    case normalization::lower:
        break;
    }
    check_icu(status, "normalization data");
}

std::string_view normalizer::apply(std::string_view text, std::string& scratch) const {
    bool const folds =
        form_ == normalization::nfkc_casefold || form_ == normalization::casefold || form_ == normalization::lower;
    if (is_ascii(text)) {
        return folds ? lower_ascii(text, scratch) : text;
    }
    if (is_plain_han(text)) {
        return text;
    }
    std::string repaired;
    text = well_formed(text, repaired);
    if (form_ == normalization::none) {
        scratch.assign(text);
        return scratch;
    }
    std::string made;
    if (form_ == normalization::lower) {
        append_lower(text, made);
    } else {
        for_each_icu_piece(text, [&](std::string_view part) {
            auto status = U_ZERO_ERROR;
            icu::StringByteSink<std::string> sink{&made};
            if (form_ == normalization::casefold) {
                icu::CaseMap::utf8Fold(0, piece(part), sink, nullptr, status);
            } else {
                static_cast<icu::Normalizer2 const*>(icu_)->normalizeUTF8(0, piece(part), sink, nullptr, status);
            }
            check_icu(status, "normalization");
        });
    }
    scratch = std::move(made);
    return scratch;
}

std::string_view well_formed(std::string_view text, std::string& scratch) {
    auto const end = static_cast<std::int64_t>(text.size());
    std::int64_t at = 0;
    auto const skip_well_formed = [&] {
        while (at < end) {
            auto const here = element::decode(text.data(), at, end);
            if (!here.well_formed) {
                break;
            }
            at += here.length;
        }
    };
    skip_well_formed();
    if (at == end) {
        return text;
    }
    scratch.clear();
    std::int64_t copied = 0;
    while (at < end) {
        scratch.append(text, static_cast<std::size_t>(copied), static_cast<std::size_t>(at - copied));
        scratch.append("\xEF\xBF\xBD");
        at += element::decode(text.data(), at, end).length;
        copied = at;
        skip_well_formed();
    }
    scratch.append(text, static_cast<std::size_t>(copied));
    return scratch;
}

void append_lower(std::string_view text, std::string& out) {
    constexpr char32_t capital_sigma = 0x03A3;
    constexpr char32_t final_sigma = 0x03C2;
    auto const end = static_cast<std::int64_t>(text.size());
    char bytes[4];
    auto const put = [&](char32_t c) { out.append(bytes, static_cast<std::size_t>(element::encode(c, bytes))); };
    for (std::int64_t at = 0; at < end;) {
        auto const here = element::decode(text.data(), at, end);
        if (here.code_point == capital_sigma && is_final_sigma(text, at)) {
            put(final_sigma);
        } else {
            auto const lower = to_lower(here.code_point);
            put(lower.first);
            if (lower.second != 0) {
                put(lower.second);
            }
        }
        at += here.length;
    }
}

} // namespace newsgpu::unicode
