#pragma once

#include <newsgpu/normalize.hpp>

#include <string>
#include <string_view>

namespace newsgpu::unicode {

/// Brings text to one form. Cheap to copy; safe to use from several threads.
class normalizer {
public:
    explicit normalizer(normalization form);

    /// `text` in this form. The result is `text` itself where nothing changes, else it lies in `scratch`.
    /// Ill-formed UTF-8 reads as U+FFFD.
    std::string_view apply(std::string_view text, std::string& scratch) const;

private:
    normalization form_;
    void const* icu_ = nullptr; ///< icu::Normalizer2 of this form; a singleton that ICU owns
};

/// `text` with every maximal ill-formed subpart replaced by U+FFFD; `text` itself where it is well-formed.
std::string_view well_formed(std::string_view text, std::string& scratch);

/// Python's `str.lower` of well-formed text, appended to `out`.
void append_lower(std::string_view text, std::string& out);

} // namespace newsgpu::unicode
