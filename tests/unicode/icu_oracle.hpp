#pragma once

#include <unicode/brkiter.h>
#include <unicode/ucharstrie.h>
#include <unicode/udata.h>
#include <unicode/utext.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// ICU itself, called without anything of ours in between.

namespace newsgpu::test {

struct segment {
    std::int64_t end;
    int status;
    friend bool operator==(segment const&, segment const&) = default;
};

inline void check(UErrorCode status) {
    if (U_FAILURE(status)) {
        throw std::runtime_error{u_errorName(status)};
    }
}

/// The root word iterator, warmed with one Han character.
class icu_segments {
public:
    icu_segments() {
        auto status = U_ZERO_ERROR;
        breaks_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        check(status);
        (*this)("\u4E2D");
    }
    ~icu_segments() { utext_close(text_); }
    icu_segments(icu_segments const&) = delete;
    icu_segments& operator=(icu_segments const&) = delete;

    std::vector<segment> operator()(std::string_view text) {
        auto status = U_ZERO_ERROR;
        text_ = utext_openUTF8(text_, text.data(), static_cast<std::int64_t>(text.size()), &status);
        breaks_->setText(text_, status);
        check(status);
        std::vector<segment> found;
        breaks_->first();
        for (std::int32_t end; (end = breaks_->next()) != icu::BreakIterator::DONE;) {
            found.push_back({end, breaks_->getRuleStatus()});
        }
        return found;
    }

private:
    std::unique_ptr<icu::BreakIterator> breaks_;
    UText* text_ = nullptr;
};

/// Every entry of ICU's Chinese and Japanese dictionary.
inline std::vector<std::string> icu_dictionary_words() {
    auto status = U_ZERO_ERROR;
    auto* const data = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    check(status);
    auto const* bytes = static_cast<char const*>(udata_getMemory(data));
    auto const offset = *reinterpret_cast<std::int32_t const*>(bytes);
    std::vector<std::string> words;
    icu::UCharsTrie::Iterator each{reinterpret_cast<char16_t const*>(bytes + offset), 0, status};
    while (each.next(status)) {
        each.getString().toUTF8String(words.emplace_back());
    }
    check(status);
    udata_close(data);
    return words;
}

} // namespace newsgpu::test
