#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include <cstdint>
#include <memory>
#include <string>

// ICU, called as well as C++ can call it, behind functions that bench/peers.py loads. Documents are bytes and
// offsets.

namespace {

icu::BreakIterator& words() {
    static auto const made = [] {
        auto status = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> breaks{
            icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)};
        // Warmed: what it says of U+30FC depends on whether it has met a Han character.
        icu::UnicodeString const han{static_cast<char16_t>(0x4E2D)};
        breaks->setText(han);
        while (breaks->next() != icu::BreakIterator::DONE) {
        }
        return breaks;
    }();
    return *made;
}

struct out {
    std::int64_t* starts;
    std::int64_t* ends;
    std::uint16_t* status;
};

std::int64_t read(icu::BreakIterator& breaks, std::int64_t base, out const* to, std::int64_t at) {
    std::int64_t count = 0;
    for (std::int32_t start = breaks.first(), end; (end = breaks.next()) != icu::BreakIterator::DONE;
         start = end) {
        auto const status = breaks.getRuleStatus();
        if (status == 0) {
            continue;
        }
        if (to != nullptr) {
            to->starts[at + count] = base + start;
            to->ends[at + count] = base + end;
            to->status[at + count] = static_cast<std::uint16_t>(status);
        }
        ++count;
    }
    return count;
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) char const* icu_peer_version() {
    return U_ICU_VERSION;
}

/// Counts of words, `[documents]`, over UTF-8 or by way of UTF-16.
__attribute__((visibility("default"))) void icu_count(char const* bytes, std::int64_t const* offsets,
                                                      std::int64_t documents, int utf16,
                                                      std::int64_t* counts) {
    UText* text = nullptr;
    for (std::int64_t d = 0; d < documents; ++d) {
        auto const size = offsets[d + 1] - offsets[d];
        auto status = U_ZERO_ERROR;
        if (utf16 != 0) {
            auto const units =
                icu::UnicodeString::fromUTF8({bytes + offsets[d], static_cast<std::int32_t>(size)});
            words().setText(units);
            counts[d] = read(words(), 0, nullptr, 0);
        } else {
            text = utext_openUTF8(text, bytes + offsets[d], size, &status);
            words().setText(text, status);
            counts[d] = read(words(), 0, nullptr, 0);
        }
    }
    utext_close(text);
}

/// Words with positions (in bytes, so over UTF-8) and status; returns how many.
__attribute__((visibility("default"))) std::int64_t
icu_tokenize(char const* bytes, std::int64_t const* offsets, std::int64_t documents, std::int64_t* starts,
             std::int64_t* ends, std::uint16_t* statuses) {
    UText* text = nullptr;
    out const to{starts, ends, statuses};
    std::int64_t count = 0;
    for (std::int64_t d = 0; d < documents; ++d) {
        auto status = U_ZERO_ERROR;
        text = utext_openUTF8(text, bytes + offsets[d], offsets[d + 1] - offsets[d], &status);
        words().setText(text, status);
        count += read(words(), offsets[d], &to, count);
    }
    utext_close(text);
    return count;
}

/// NFKC_Casefold of every document, end to end; returns the bytes written.
__attribute__((visibility("default"))) std::int64_t icu_nfkc_casefold(char const* bytes,
                                                                      std::int64_t const* offsets,
                                                                      std::int64_t documents, char* to,
                                                                      std::int64_t room) {
    auto status = U_ZERO_ERROR;
    auto const* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    std::int64_t written = 0;
    for (std::int64_t d = 0; d < documents; ++d) {
        auto const left = room - written;
        icu::CheckedArrayByteSink sink{to + written,
                                       static_cast<std::int32_t>(left < INT32_MAX ? left : INT32_MAX)};
        form->normalizeUTF8(0, {bytes + offsets[d], static_cast<std::int32_t>(offsets[d + 1] - offsets[d])},
                            sink, nullptr, status);
        written += sink.NumberOfBytesWritten();
    }
    return U_SUCCESS(status) ? written : -1;
}
}
