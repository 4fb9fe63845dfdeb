#pragma once

#include <newsgpu/normalize.hpp>

#include "element/normalize.hpp"
#include "unicode/code_point_table.hpp"

#include <string>
#include <string_view>

namespace newsgpu::unicode {

/// One form's mappings, from the installed ICU.
class normalization_data {
public:
    explicit normalization_data(normalization form);

    element::normalization_table table() const { return {entries_.table(), bytes_.data()}; }

    /// Whether ASCII letters are lowered, and no other ASCII character changes.
    bool lowers_ascii() const { return lowers_ascii_; }
    /// Whether U+4000..9FFF, U+3001..3011 and U+2018..201D stay as they are and join nothing.
    bool keeps_plain() const { return keeps_plain_; }
    /// Whether U+FF01..FF5E, the full-width forms, become what becomes of ASCII.
    bool narrows() const { return narrows_; }

    /// Appends the form of a run that starts at a boundary and goes on with code points that join;
    /// well-formed.
    void append_run(std::string_view run, std::string& out) const;

private:
    void add(std::uint32_t code_point, std::string_view mapping, bool joins);
    void add_composing(std::uint32_t code_point, std::string& scratch);
    bool stays(std::uint32_t first, std::uint32_t last);
    bool narrows_full_width();

    code_point_values<std::uint32_t> entries_;
    std::string bytes_;
    bool lowers_ascii_ = false, keeps_plain_ = false, narrows_ = false;
    void const* icu_ = nullptr; ///< icu::Normalizer2; a singleton that ICU owns
};

/// Made on first use, in 10 to 30 ms each.
normalization_data const& load_normalization(normalization form);

} // namespace newsgpu::unicode
