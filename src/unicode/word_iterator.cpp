#include "unicode/word_iterator.hpp"

#include <newsgpu/error.hpp>

#include "unicode/icu_error.hpp"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <limits>
#include <string>

namespace newsgpu::unicode {

namespace {

std::unique_ptr<icu::BreakIterator> make_iterator() {
    auto status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made{
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)};
    check_icu(status, "word break rules");
    return made;
}

} // namespace

struct word_iterator::state {
    std::unique_ptr<icu::BreakIterator> breaks = make_iterator();
    UText* text = nullptr;

    state() = default;
    state(state const&) = delete;
    state& operator=(state const&) = delete;
    ~state() { utext_close(text); }
};

word_iterator::word_iterator() : state_{std::make_unique<state>()} {
    set_text("\u4E2D");
    while (next() >= 0) {
    }
}

word_iterator::~word_iterator() = default;
word_iterator::word_iterator(word_iterator&&) noexcept = default;
word_iterator& word_iterator::operator=(word_iterator&&) noexcept = default;

void word_iterator::set_text(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw invalid_input{"a document has " + std::to_string(text.size()) +
                            " bytes; word segmentation takes at most 2147483647"};
    }
    auto status = U_ZERO_ERROR;
    state_->text = utext_openUTF8(state_->text, text.data(), static_cast<std::int64_t>(text.size()), &status);
    check_icu(status, "opening text");
    state_->breaks->setText(state_->text, status);
    check_icu(status, "setting text");
    state_->breaks->first();
}

std::int64_t word_iterator::next() {
    auto const end = state_->breaks->next();
    return end == icu::BreakIterator::DONE ? -1 : end;
}

std::uint16_t word_iterator::status() const {
    return static_cast<std::uint16_t>(state_->breaks->getRuleStatus());
}

} // namespace newsgpu::unicode
