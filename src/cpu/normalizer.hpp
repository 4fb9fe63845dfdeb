#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/normalize.hpp>

#include "cpu/segment_kernel.hpp"
#include "unicode/normalization.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace newsgpu::cpu {

/// Brings text to one form. Cheap to copy; safe to use from several threads.
class normalizer {
public:
    explicit normalizer(normalization form, simd_level level = simd_level_in_use());

    /// `text` in this form. The result is `text` itself where nothing changes, else it lies in `scratch`.
    /// Ill-formed UTF-8 reads as U+FFFD.
    std::string_view apply(std::string_view text, std::string& scratch) const;

    /// What `append` needs behind its result, at most, while it works.
    static constexpr std::size_t append_room = std::size_t{1} << 17;

    /// The same, appended to `out`. `Bytes` is std::string or buffer<char>.
    template <class Bytes>
    void append(std::string_view text, Bytes& out) const;

    /// The beginning of `text` that stays as it is whatever follows but for code points that join.
    std::int64_t unchanged_prefix(std::string_view text) const;

    /// Whether ASCII letters are lowered; no other ASCII character changes.
    bool lowers_ascii() const { return lowers_ascii_; }
    /// What becomes of single code points.
    element::normalization_table const& table() const { return table_; }

private:
    bool is_unchanged(std::string_view text) const;
    bool is_simple(std::string_view text, std::int64_t at) const;
    std::int64_t end_of_run(std::string_view text, std::int64_t at) const;
    void form_of_run(std::string_view run, std::string& form) const;

    normalization form_;
    segment_kernel const* kernel_;
    unicode::normalization_data const* data_;
    element::normalization_table table_;
    bool lowers_ascii_, keeps_plain_, narrows_;
};

} // namespace newsgpu::cpu
