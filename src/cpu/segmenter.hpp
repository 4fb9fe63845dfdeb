#pragma once

#include "cpu/text_cutter.hpp"
#include "unicode/segmentation.hpp"
#include "unicode/word_iterator.hpp"

#include <optional>

namespace newsgpu::cpu {

/// What segment_kernel::scan_ascii_segments needs of ICU's rules; none where they are not known, or ASCII
/// characters play other roles than segment_kinds can tell apart: then text is cut as any other.
std::optional<ascii_kinds> const& ascii_of_segments();

/// Cuts text into the segments of ICU's root word iterator. One per thread.
class segmenter final : public text_cutter {
public:
    /// @param data null: ICU cuts.
    explicit segmenter(unicode::segmentation const* data = unicode::load_segmentation(),
                       simd_level level = simd_level_in_use());

    /// @throw invalid_input if ICU has to divide a segment, or without `data` a line, of over 2^31 - 1 bytes.
    void cut(std::string_view document, worker& self, part_visitor& visitor) override;
    segment_counts count(std::string_view document, worker& self) override;

private:
    void divide_exact_spans(std::string_view document, segment_window& window);
    std::int64_t cut_long_segment(std::string_view document, std::int64_t at, part_visitor& visitor);
    void cut_by_icu(std::string_view document, worker& self, part_visitor& visitor);

    unicode::segmentation const* data_;
    segment_kernel const* kernel_;
    segment_tables tables_{};
    windows windows_;
    unicode::word_iterator icu_;
};

} // namespace newsgpu::cpu
