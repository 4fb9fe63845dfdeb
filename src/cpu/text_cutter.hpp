#pragma once

#include <newsgpu/tokenize.hpp>

#include "cpu/parallel.hpp"
#include "cpu/segment_kernel.hpp"
#include "element/word_break.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace newsgpu::cpu {

/// Receives the parts of a document, in order: together they are all of it.
class part_visitor {
public:
    virtual ~part_visitor() = default;

    /// Parts that end in (window.begin, window.end].
    virtual void visit(segment_window const& window) = 0;
    /// A part too long for a window.
    virtual void visit(std::int64_t begin, std::int64_t end, element::segment_kind kind) = 0;
};

/// Cuts text into parts: tokens, and what is between them. A part is a token if its kind is not none; but for
/// segments the kind says only that. One per thread.
class text_cutter {
public:
    virtual ~text_cutter() = default;

    virtual void cut(std::string_view document, worker& self, part_visitor& visitor) = 0;

    /// The number of tokens, and for segments of parts, without finding where they are.
    virtual segment_counts count(std::string_view document, worker& self) = 0;
};

/// For a kind of token, at the simd_level in use.
std::unique_ptr<text_cutter> make_cutter(token_kind kind);

/// Memory behind a segment_window.
class window_memory {
public:
    explicit window_memory(std::int64_t capacity);

    segment_window& window() { return window_; }

private:
    buffer<std::uint64_t> planes_, char_planes_;
    buffer<std::uint16_t> codes_;
    buffer<std::uint8_t> classes_;
    buffer<std::uint32_t> entries_, keys_;
    buffer<exact_span> exact_;
    buffer<segment_window::long_word> long_words_, groups_;
    buffer<segment_window::prefix> prefixes_;
    segment_window window_;
};

/// A window of the usual size, and a large one for the rare part that does not fit: a page of Chinese without
/// punctuation, say.
class windows {
public:
    /// Code points. The arrays of the small one stay in the L1 and L2 caches.
    static constexpr std::int64_t small_capacity = 1024, large_capacity = std::int64_t{1} << 16;

    segment_window& small() { return small_.window(); }
    segment_window& large() {
        if (!large_) {
            large_ = std::make_unique<window_memory>(large_capacity);
        }
        return large_->window();
    }

private:
    window_memory small_{small_capacity};
    std::unique_ptr<window_memory> large_;
};

/// Fills what the tables of a code point have for each kind of text.
void fill(character_tables& tables, element::code_point_table<std::uint8_t> classes);

/// Whether the next 64 bytes, or all that are left, are ASCII.
bool starts_with_ascii(std::string_view text, std::int64_t at);

/// Goes through a document window by window. `cut_ascii` and `cut_any` fill a window from a place on, and
/// leave its end there where nothing certain fits; `visit` sees each window that is filled. `cut_long` gets
/// where a part begins that fits no window, and returns where it ends.
template <class CutAscii, class CutAny, class Visit, class CutLong>
void for_each_window(std::string_view document, windows& memory, worker& self, CutAscii cut_ascii,
                     CutAny cut_any, Visit visit, CutLong cut_long) {
    // Well under a millisecond.
    constexpr std::uint32_t windows_per_checkpoint = 16;
    std::uint32_t count = 0;
    for (std::int64_t at = 0; at < std::ssize(document);) {
        if (++count % windows_per_checkpoint == 0) {
            self.checkpoint();
        }
        auto* window = &memory.small();
        window->end = at;
        if (starts_with_ascii(document, at)) {
            cut_ascii(*window, at);
        }
        if (window->end == at) {
            cut_any(*window, at);
        }
        if (window->end == at) {
            window = &memory.large();
            cut_any(*window, at);
        }
        if (window->end == at) {
            at = cut_long(at);
        } else {
            visit(*window);
            at = window->end;
        }
    }
}

} // namespace newsgpu::cpu
