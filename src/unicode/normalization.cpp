#include "unicode/normalization.hpp"

#include "element/utf8.hpp"
#include "unicode/icu_error.hpp"
#include "unicode/properties.hpp"
#include "unicode/written_by_icu.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/ucpmap.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace newsgpu::unicode {

namespace {

/// ICU's sizes are 32-bit and a form may have eleven times the bytes.
constexpr std::size_t max_icu_bytes = std::size_t{1} << 27;

icu::Normalizer2 const* icu_normalizer(normalization form) {
    auto status = U_ZERO_ERROR;
    icu::Normalizer2 const* made = nullptr;
    switch (form) {
    case normalization::nfc:
        made = icu::Normalizer2::getNFCInstance(status);
        break;
    case normalization::nfkc:
        made = icu::Normalizer2::getNFKCInstance(status);
        break;
    case normalization::nfkc_casefold:
        made = icu::Normalizer2::getNFKCCasefoldInstance(status);
        break;
    case normalization::strip_accents:
    case normalization::strip_accents_ascii:
        made = icu::Normalizer2::getNFKDInstance(status);
        break;
    case normalization::none:
    case normalization::casefold:
    case normalization::lower:
        break;
    }
    check_icu(status, "normalization data");
    return made;
}

std::string_view to_utf8(icu::UnicodeString const& text, std::string& scratch) {
    scratch.clear();
    text.toUTF8String(scratch);
    written_by_icu(scratch);
    return scratch;
}

/// The code points that a form may change: those with a character, and default ignorables.
template <class Visit>
void for_each_candidate(Visit visit) {
    auto status = U_ZERO_ERROR;
    auto const* const categories = u_getIntPropertyMap(UCHAR_GENERAL_CATEGORY, &status);
    check_icu(status, "character properties");
    std::uint32_t category = 0;
    for (UChar32 first = 0, last; first < static_cast<UChar32>(num_code_points); first = last + 1) {
        last = ucpmap_getRange(categories, first, UCPMAP_RANGE_NORMAL, 0, nullptr, nullptr, &category);
        auto const unassigned = category == U_UNASSIGNED;
        if (category == U_SURROGATE || category == U_PRIVATE_USE_CHAR) {
            continue;
        }
        for (auto c = first; c <= last; ++c) {
            if (!unassigned || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
                visit(c);
            }
        }
    }
}

/// scikit-learn's strip_accents: compatibility decomposition without combining characters, or without all but
/// ASCII.
void strip(icu::UnicodeString const& decomposed, bool ascii, std::string& out) {
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        auto const c = decomposed.char32At(i);
        if (ascii ? c < 0x80 : u_getCombiningClass(c) == 0) {
            kept.append(c);
        }
    }
    to_utf8(kept, out);
}

} // namespace

normalization_data::normalization_data(normalization form) : icu_{icu_normalizer(form)} {
    auto const* const icu = static_cast<icu::Normalizer2 const*>(icu_);
    std::string text;
    for_each_candidate([&](UChar32 c) {
        auto const code_point = static_cast<std::uint32_t>(c);
        switch (form) {
        case normalization::nfc:
        case normalization::nfkc:
        case normalization::nfkc_casefold: {
            auto status = U_ZERO_ERROR;
            auto const joins = !icu->hasBoundaryBefore(c);
            icu::UnicodeString const whole{c};
            if (icu->isNormalized(whole, status)) {
                char bytes[4];
                text.assign(bytes, static_cast<std::size_t>(element::encode(code_point, bytes)));
            } else {
                to_utf8(icu->normalize(whole, status), text);
            }
            add(code_point, text, joins);
            if (auto& entry = entries_[code_point]; entry == element::normalization_table::joins) {
                using table = element::normalization_table;
                entry |= static_cast<std::uint32_t>(icu->getCombiningClass(c)) << table::class_shift |
                         (icu->quickCheck(whole, status) == UNORM_YES ? 0 : table::composes);
            }
            check_icu(status, "normalization");
            break;
        }
        case normalization::casefold: {
            icu::UnicodeString folded{c};
            add(code_point, to_utf8(folded.foldCase(), text), false);
            break;
        }
        case normalization::lower: {
            auto const lower = to_lower(code_point);
            icu::UnicodeString lowered{static_cast<UChar32>(lower.first)};
            if (lower.second != 0) {
                lowered.append(static_cast<UChar32>(lower.second));
            }
            add(code_point, to_utf8(lowered, text), false);
            break;
        }
        case normalization::strip_accents:
        case normalization::strip_accents_ascii: {
            auto status = U_ZERO_ERROR;
            strip(icu->normalize(icu::UnicodeString{c}, status), form == normalization::strip_accents_ascii,
                  text);
            check_icu(status, "decomposition");
            add(code_point, text, false);
            break;
        }
        case normalization::none:
            break;
        }
    });
    if (form == normalization::strip_accents_ascii) {
        // Private use characters and surrogates are no candidates, but no ASCII either.
        for (std::uint32_t c = 0x80; c < num_code_points; ++c) {
            if (entries_[c] == 0) {
                add(c, "", false);
            }
        }
    }
    keeps_plain_ = true;
    for (auto const& [first, last] : {std::pair{0x4000u, 0x9FFFu}, {0x3001u, 0x3011u}, {0x2018u, 0x201Du}}) {
        for (auto c = first; c <= last; ++c) {
            keeps_plain_ = keeps_plain_ && entries_[c] == 0;
        }
    }
    // Mappings are copied four bytes at a time.
    bytes_.append(4, '\0');
    lowers_ascii_ = entries_['A'] != 0;
    narrows_ = true;
    for (char32_t c = 0xFF01; c <= 0xFF5E; ++c) {
        auto ascii = static_cast<char>(c - 0xFEE0);
        ascii =
            lowers_ascii_ && ascii >= 'A' && ascii <= 'Z' ? static_cast<char>(ascii + ('a' - 'A')) : ascii;
        using table = element::normalization_table;
        auto const entry = entries_[static_cast<std::uint32_t>(c)];
        std::string_view const mapping{bytes_.data() + (entry >> table::offset_shift), table::length(entry)};
        narrows_ = narrows_ && (entry & (table::changes | table::joins)) == table::changes &&
                   mapping == std::string_view{&ascii, 1};
    }
    entries_.compress();
}

void normalization_data::add(std::uint32_t code_point, std::string_view mapping, bool joins) {
    using table = element::normalization_table;
    char bytes[4];
    std::string_view const same{bytes, static_cast<std::size_t>(element::encode(code_point, bytes))};
    std::uint32_t entry = joins ? table::joins : 0;
    if (mapping != same) {
        entry |= table::changes | static_cast<std::uint32_t>(mapping.size()) << table::length_shift |
                 static_cast<std::uint32_t>(bytes_.size()) << table::offset_shift;
        bytes_ += mapping;
    }
    entries_[code_point] = entry;
}

void normalization_data::append_run(std::string_view run, std::string& out) const {
    while (!run.empty()) {
        auto part = run.substr(0, max_icu_bytes);
        while (part.size() < run.size() &&
               element::is_continuation(static_cast<unsigned char>(run[part.size()]))) {
            part.remove_suffix(1);
        }
        auto status = U_ZERO_ERROR;
        icu::StringByteSink<std::string> sink{&out};
        static_cast<icu::Normalizer2 const*>(icu_)->normalizeUTF8(
            0, {part.data(), static_cast<std::int32_t>(part.size())}, sink, nullptr, status);
        check_icu(status, "normalization");
        run.remove_prefix(part.size());
    }
    written_by_icu(out);
}

normalization_data const& load_normalization(normalization form) {
    constexpr std::size_t num_forms = static_cast<std::size_t>(normalization::strip_accents_ascii) + 1;
    static std::array<std::once_flag, num_forms> once;
    static std::array<std::unique_ptr<normalization_data const>, num_forms> made;
    auto const i = static_cast<std::size_t>(form);
    std::call_once(once[i], [&] { made[i] = std::make_unique<normalization_data const>(form); });
    return *made[i];
}

} // namespace newsgpu::unicode
