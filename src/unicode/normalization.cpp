#include "unicode/normalization.hpp"

#include "element/utf8.hpp"
#include "unicode/icu_error.hpp"
#include "unicode/properties.hpp"
#include "unicode/property_ranges.hpp"
#include "unicode/written_by_icu.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

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
    for_each_range(
        UCHAR_GENERAL_CATEGORY, [&](std::uint32_t first, std::uint32_t last, std::uint32_t category) {
            if (category == U_SURROGATE || category == U_PRIVATE_USE_CHAR) {
                return;
            }
            for (auto c = static_cast<UChar32>(first); c <= static_cast<UChar32>(last); ++c) {
                if (category != U_UNASSIGNED || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
                    visit(c);
                }
            }
        });
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

/// Whether code points of a form compose with their neighbours.
bool composes(normalization form) {
    return form == normalization::nfc || form == normalization::nfkc || form == normalization::nfkc_casefold;
}

/// What a form that does not compose makes of a code point.
std::string_view mapping_of(normalization form, icu::Normalizer2 const* icu, UChar32 c,
                            std::string& scratch) {
    if (form == normalization::casefold) {
        return to_utf8(icu::UnicodeString{c}.foldCase(), scratch);
    }
    if (form == normalization::lower) {
        auto const lower = to_lower(static_cast<char32_t>(c));
        icu::UnicodeString lowered{static_cast<UChar32>(lower.first)};
        if (lower.second != 0) {
            lowered.append(static_cast<UChar32>(lower.second));
        }
        return to_utf8(lowered, scratch);
    }
    auto status = U_ZERO_ERROR;
    strip(icu->normalize(icu::UnicodeString{c}, status), form == normalization::strip_accents_ascii, scratch);
    check_icu(status, "decomposition");
    return scratch;
}

} // namespace

normalization_data::normalization_data(normalization form) : icu_{icu_normalizer(form)} {
    std::string scratch;
    if (composes(form)) {
        for_each_candidate([&](UChar32 c) { add_composing(static_cast<std::uint32_t>(c), scratch); });
    } else if (form != normalization::none) {
        auto const* const icu = static_cast<icu::Normalizer2 const*>(icu_);
        for_each_candidate(
            [&](UChar32 c) { add(static_cast<std::uint32_t>(c), mapping_of(form, icu, c, scratch), false); });
    }
    if (form == normalization::strip_accents_ascii) {
        // Private use characters and surrogates are no candidates, but no ASCII either.
        for (std::uint32_t c = 0x80; c < num_code_points; ++c) {
            if (entries_[c] == 0) {
                add(c, "", false);
            }
        }
    }
    // Mappings are copied four bytes at a time.
    bytes_.append(4, '\0');
    lowers_ascii_ = entries_['A'] != 0;
    keeps_plain_ = stays(0x4000, 0x9FFF) && stays(0x3001, 0x3011) && stays(0x2018, 0x201D);
    narrows_ = narrows_full_width();
    entries_.compress();
}

/// Whether nothing becomes of the code points from `first` to `last`.
bool normalization_data::stays(std::uint32_t first, std::uint32_t last) {
    bool all = true;
    for (auto c = first; c <= last; ++c) {
        all = all && entries_[c] == 0;
    }
    return all;
}

bool normalization_data::narrows_full_width() {
    using table = element::normalization_table;
    constexpr std::uint32_t first = 0xFF01, last = 0xFF5E, distance = 0xFEE0;
    bool all = true;
    for (auto c = first; c <= last; ++c) {
        auto ascii = static_cast<char>(c - distance);
        if (lowers_ascii_ && ascii >= 'A' && ascii <= 'Z') {
            ascii = static_cast<char>(ascii + ('a' - 'A'));
        }
        auto const entry = entries_[c];
        std::string_view const mapping{bytes_.data() + (entry >> table::offset_shift), table::length(entry)};
        all = all && (entry & (table::changes | table::joins)) == table::changes &&
              mapping == std::string_view{&ascii, 1};
    }
    return all;
}

/// The entry of a code point that may join what precedes it.
void normalization_data::add_composing(std::uint32_t code_point, std::string& scratch) {
    using table = element::normalization_table;
    auto const* const icu = static_cast<icu::Normalizer2 const*>(icu_);
    auto const c = static_cast<UChar32>(code_point);
    auto status = U_ZERO_ERROR;
    icu::UnicodeString const whole{c};
    if (icu->isNormalized(whole, status)) {
        char bytes[4];
        scratch.assign(bytes, static_cast<std::size_t>(element::encode(code_point, bytes)));
    } else {
        to_utf8(icu->normalize(whole, status), scratch);
    }
    add(code_point, scratch, !icu->hasBoundaryBefore(c));
    if (auto& entry = entries_[code_point]; entry == table::joins) {
        entry |= static_cast<std::uint32_t>(icu->getCombiningClass(c)) << table::class_shift |
                 (icu->quickCheck(whole, status) == UNORM_YES ? 0 : table::composes);
    }
    check_icu(status, "normalization");
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

namespace {

/// Puts marks one after another in the order of their combining classes.
class mark_sorter {
public:
    explicit mark_sorter(element::normalization_table table) : table_{table} {}

    std::string sort(std::string_view run) && {
        auto const end = static_cast<std::int64_t>(run.size());
        for (std::int64_t at = 0; at < end;) {
            auto const here = element::decode(run.data(), at, end);
            auto const bytes =
                run.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(here.length));
            if (!here.well_formed || !add(here.code_point)) {
                put();
                sorted_ += bytes;
            }
            at += here.length;
        }
        put();
        return std::move(sorted_);
    }

private:
    using normalization_table = element::normalization_table;
    struct mark {
        std::uint32_t combining_class;
        char32_t code_point;
    };

    /// Whether a code point is a mark, or becomes nothing but marks.
    bool add(char32_t code_point) {
        auto const entry = table_.entries[code_point];
        if ((entry & normalization_table::changes) == 0) {
            return add_unchanged(code_point, entry);
        }
        auto const before = marks_.size();
        auto const* const mapping = table_.mapping(entry);
        std::int64_t const length = normalization_table::length(entry);
        for (std::int64_t at = 0; at < length;) {
            auto const part = element::decode(mapping, at, length);
            if (!add_unchanged(part.code_point, table_.entries[part.code_point])) {
                marks_.resize(before);
                return false;
            }
            at += part.length;
        }
        return true;
    }

    bool add_unchanged(char32_t code_point, std::uint32_t entry) {
        auto const combining_class = normalization_table::combining_class(entry);
        if ((entry & normalization_table::changes) != 0 || combining_class == 0) {
            return false;
        }
        marks_.push_back({combining_class, code_point});
        return true;
    }

    void put() {
        std::stable_sort(marks_.begin(), marks_.end(),
                         [](mark const& a, mark const& b) { return a.combining_class < b.combining_class; });
        for (auto const& each : marks_) {
            char bytes[4];
            sorted_.append(bytes, static_cast<std::size_t>(element::encode(each.code_point, bytes)));
        }
        marks_.clear();
    }

    element::normalization_table table_;
    std::vector<mark> marks_;
    std::string sorted_;
};

} // namespace

void normalization_data::append_run(std::string_view run, std::string& out) const {
    // ICU inserts each mark where it belongs, which takes the square of their number. No form depends on the
    // order of marks of different classes.
    constexpr std::size_t usual_bytes = 256;
    std::string sorted;
    if (run.size() > usual_bytes) {
        sorted = mark_sorter{table()}.sort(run);
        run = sorted;
    }
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
