#pragma once

#include "cpu/parallel.hpp"
#include "cpu/segment_kernel.hpp"
#include "element/word_break.hpp"
#include "unicode/segmentation.hpp"
#include "unicode/word_iterator.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace newsgpu::cpu {

/// Receives the segments of a document, in order.
class segment_visitor {
public:
    virtual ~segment_visitor() = default;

    /// Segments that end in (window.begin, window.end].
    virtual void visit(segment_window const& window) = 0;
    /// A segment too long for a window.
    virtual void visit(std::int64_t begin, std::int64_t end, element::segment_kind kind) = 0;
};

/// Cuts text into the segments of ICU's root word iterator. One per thread.
class segmenter {
public:
    /// @param data null: ICU cuts.
    explicit segmenter(unicode::segmentation const* data = unicode::load_segmentation(),
                       simd_level level = simd_level_in_use());

    /// @throw invalid_input if ICU has to divide a segment, or without `data` a line, of over 2^31 - 1 bytes.
    void cut(std::string_view document, worker& self, segment_visitor& visitor);

    /// The number of segments, without finding where they are.
    segment_counts count(std::string_view document, worker& self);

private:
    struct scratch;
    struct scratch_deleter {
        void operator()(scratch* owned) const;
    };

    bool use_large_window();
    void divide_exact_spans(std::string_view document);
    void cut_long_segment(std::string_view document, std::int64_t at, segment_visitor& visitor);
    void cut_by_icu(std::string_view document, worker& self, segment_visitor& visitor);

    unicode::segmentation const* data_;
    segment_kernel const* kernel_;
    segment_tables tables_{};
    std::unique_ptr<scratch, scratch_deleter> small_, large_;
    segment_window* window_ = nullptr;
    unicode::word_iterator icu_;
};

} // namespace newsgpu::cpu
