#include "cpu/segmenter.hpp"

#include <newsgpu/error.hpp>

#include "element/segment.hpp"
#include "element/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace newsgpu::cpu {

namespace {

/// Code points of a window. The small one's arrays stay in the L1 and L2 caches; the large one is for the rare segment
/// that does not fit, a page of Chinese without punctuation, say.
constexpr std::int64_t small_capacity = 1024, large_capacity = std::int64_t{1} << 16;

/// Windows between two looks at whether to stop: well under a millisecond.
constexpr std::uint32_t windows_per_checkpoint = 16;

segment_tables tables_of(unicode::segmentation const& data) {
    using element::word_class;
    segment_tables made{};
    made.classes = data.rules.classes.table();
    made.dictionary = data.words.table();
    for (std::uint32_t c = 0; c < element::num_word_classes; ++c) {
        auto const flags = element::flags_of(static_cast<word_class>(c));
        made.flags[0][c] = flags.first;
        made.flags[1][c] = flags.second;
        made.flags[2][c] = flags.third;
    }
    made.ascii_is_plain = true;
    for (std::uint32_t c = 0; c < 0x80; ++c) {
        auto const value = made.classes[c];
        auto const flags = element::flags_of(static_cast<word_class>(value & element::class_mask));
        made.ascii_classes[c] = value;
        made.ascii_flags[c] = flags.first;
        made.ascii_is_plain = made.ascii_is_plain && flags.second == 0 && (value & element::exact_mark) == 0;
    }
    made.han_is_plain = true;
    for (std::uint32_t c = 0x4E00; c < 0xA000; ++c) {
        made.han_is_plain = made.han_is_plain && made.classes[c] == static_cast<std::uint8_t>(word_class::han);
    }
    return made;
}

bool starts_with_ascii(std::string_view text, std::int64_t at) {
    auto const* from = text.data() + at;
    auto const left = static_cast<std::int64_t>(text.size()) - at;
    if (left >= 64) {
        std::uint64_t words[8];
        std::memcpy(words, from, sizeof words);
        std::uint64_t all = 0;
        for (auto const word : words) {
            all |= word;
        }
        return (all & 0x8080'8080'8080'8080) == 0;
    }
    return std::all_of(from, from + left, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

class counting_visitor final : public segment_visitor {
public:
    explicit counting_visitor(segment_counts& counts) : counts_{counts} {}

    void visit(segment_window const& window) override {
        for (std::int64_t w = 0; w * 64 <= window.end - window.begin; ++w) {
            counts_.segments += std::popcount(window.cut[w]);
            counts_.words += std::popcount(window.cut[w] & (window.low[w] | window.high[w]));
        }
    }
    void visit(std::int64_t, std::int64_t, element::segment_kind kind) override {
        ++counts_.segments;
        counts_.words += kind != element::segment_kind::none;
    }

private:
    segment_counts& counts_;
};

element::segment_kind kind_of_status(std::uint16_t status) {
    return static_cast<element::segment_kind>(std::min(status / 100, 3));
}

} // namespace

/// One block of memory behind the arrays of a window.
struct segmenter::scratch {
    explicit scratch(std::int64_t capacity) {
        auto const chars = static_cast<std::size_t>(capacity) + 2 * 64;
        auto const bits = chars / 64 + 2;
        auto const plane = static_cast<std::size_t>(segment_window::plane_words(capacity)) + 2;
        // A word of the dictionary of each length but 1 and 2 may begin at each code point, and a katakana group.
        constexpr std::size_t long_words_a_start = element::max_katakana;
        planes.resize(4 * plane);
        char_planes.resize(13 * bits);
        codes.resize(chars);
        classes.resize(chars);
        entries.resize(chars);
        keys.resize(chars);
        exact.resize(chars);
        long_words.resize(long_words_a_start * chars);
        groups.resize(chars);
        prefixes.resize(chars);
        window.capacity = capacity;
        auto* next = planes.data();
        for (auto* each : {&window.cut, &window.low, &window.high, &window.leads}) {
            *each = next;
            next += plane;
        }
        next = char_planes.data();
        for (auto* each : {&window.char_cut, &window.char_low, &window.char_high, &window.rule_cut,
                           &window.exact_chars, &window.kanakanji, &window.katakana, &window.extend, &window.reached,
                           &window.cover, &window.wins, &window.longer, &window.grouped}) {
            *each = next;
            next += bits;
        }
        window.codes = codes.data();
        window.classes = classes.data();
        window.entries = entries.data();
        window.keys = keys.data();
        window.exact = exact.data();
        window.long_words = long_words.data();
        window.groups = groups.data();
        window.prefixes = prefixes.data();
    }

    buffer<std::uint64_t> planes, char_planes;
    buffer<std::uint16_t> codes;
    buffer<std::uint8_t> classes;
    buffer<std::uint32_t> entries, keys;
    buffer<exact_span> exact;
    buffer<segment_window::long_word> long_words, groups;
    buffer<segment_window::prefix> prefixes;
    segment_window window;
};

void segmenter::scratch_deleter::operator()(scratch* owned) const { delete owned; }

segmenter::segmenter(unicode::segmentation const* data, simd_level level)
    : data_{data}, kernel_{&segment_kernel_of(level)} {
    if (data != nullptr) {
        tables_ = tables_of(*data);
        small_.reset(new scratch{small_capacity});
        window_ = &small_->window;
    }
}

/// Whether there was a larger window to change to.
bool segmenter::use_large_window() {
    if (window_->capacity == large_capacity) {
        return false;
    }
    if (!large_) {
        large_.reset(new scratch{large_capacity});
    }
    window_ = &large_->window;
    return true;
}

void segmenter::cut(std::string_view document, worker& self, segment_visitor& visitor) {
    if (data_ == nullptr) {
        cut_by_icu(document, self, visitor);
        return;
    }
    auto const* text = document.data();
    auto const size = static_cast<std::int64_t>(document.size());
    std::uint32_t windows = 0;
    for (std::int64_t at = 0; at < size; at = window_->end) {
        if (++windows % windows_per_checkpoint == 0) {
            self.checkpoint();
        }
        window_ = &small_->window;
        if (tables_.ascii_is_plain && starts_with_ascii(document, at)) {
            kernel_->cut_ascii(tables_, *window_, text, size, at);
            if (window_->end != at) {
                visitor.visit(*window_);
                continue;
            }
        }
        do {
            kernel_->cut_any(tables_, *window_, text, size, at);
        } while (window_->end == at && use_large_window());
        if (window_->end == at) {
            cut_long_segment(document, at, visitor);
        } else {
            divide_exact_spans(document);
            visitor.visit(*window_);
        }
    }
}

segment_counts segmenter::count(std::string_view document, worker& self) {
    segment_counts counts;
    counting_visitor visitor{counts};
    if (data_ == nullptr) {
        cut_by_icu(document, self, visitor);
        return counts;
    }
    auto const* text = document.data();
    auto const size = static_cast<std::int64_t>(document.size());
    std::uint32_t windows = 0;
    for (std::int64_t at = 0; at < size;) {
        if (++windows % windows_per_checkpoint == 0) {
            self.checkpoint();
        }
        if (tables_.ascii_is_plain && starts_with_ascii(document, at)) {
            auto const end = kernel_->count_ascii(tables_, text, size, at, counts);
            if (end != at) {
                at = end;
                continue;
            }
        }
        window_ = &small_->window;
        do {
            kernel_->count_any(tables_, *window_, text, size, at, counts);
        } while (window_->end == at && use_large_window());
        if (window_->end == at) {
            cut_long_segment(document, at, visitor);
        } else if (window_->num_exact != 0) {
            divide_exact_spans(document);
            visitor.visit(*window_);
        }
        at = window_->end;
    }
    return counts;
}

void segmenter::divide_exact_spans(std::string_view document) {
    for (std::int64_t i = 0; i < window_->num_exact; ++i) {
        auto const [begin, end] = window_->exact[i];
        icu_.set_text(document.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        auto const last = end - window_->begin;
        auto const bit = [](std::int64_t at) { return std::uint64_t{1} << (at % 64); };
        auto const low = (window_->low[last / 64] & bit(last)) != 0;
        auto const high = (window_->high[last / 64] & bit(last)) != 0;
        for (std::int64_t next; (next = icu_.next()) >= 0;) {
            auto const at = begin + next - window_->begin;
            auto const put = [&](std::uint64_t* plane, bool value) {
                plane[at / 64] = (plane[at / 64] & ~bit(at)) | (value ? bit(at) : 0);
            };
            put(window_->cut, true);
            put(window_->low, low);
            put(window_->high, high);
        }
    }
}

/// The segment at `at` by ICU's own automaton, for any length.
void segmenter::cut_long_segment(std::string_view document, std::int64_t at, segment_visitor& visitor) {
    auto const& automaton = data_->rules.automaton;
    auto const size = static_cast<std::int64_t>(document.size());
    auto end = at;
    auto kind = element::segment_kind::none;
    bool divided = false, divided_up_to_end = false;
    auto state = unicode::word_automaton::start;
    for (auto next = at; next < size;) {
        auto const here = element::decode(document.data(), next, size);
        auto const value = tables_.classes[static_cast<std::uint32_t>(here.code_point)];
        auto const c = static_cast<element::word_class>(value & element::class_mask);
        state = automaton.next[state][static_cast<std::size_t>(c)];
        if (state == unicode::word_automaton::stop) {
            break;
        }
        next += here.length;
        divided = divided || (value & element::exact_mark) != 0 ||
                  (element::flags_of(c).second & element::flag::kanakanji) != 0;
        if (automaton.accepting[state]) {
            end = next;
            kind = automaton.kind[state];
            divided_up_to_end = divided;
        }
    }
    if (end == at) {
        end = at + element::decode(document.data(), at, size).length;
    }
    auto begin = at;
    if (divided_up_to_end) {
        icu_.set_text(document.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(end - at)));
        for (std::int64_t next; (next = icu_.next()) >= 0;) {
            visitor.visit(begin, at + next, kind);
            begin = at + next;
        }
    } else {
        visitor.visit(begin, end, kind);
    }
    window_->end = end;
}

void segmenter::cut_by_icu(std::string_view document, worker& self, segment_visitor& visitor) {
    // ICU's positions are 32-bit. A line feed is a segment's end whatever follows.
    constexpr std::size_t target_bytes = std::size_t{1} << 30;
    std::uint32_t steps = 0;
    for (std::size_t first = 0; first < document.size();) {
        auto part = document.substr(first);
        if (part.size() > target_bytes) {
            auto const line = part.find('\n', target_bytes);
            part = part.substr(0, line == std::string_view::npos ? line : line + 1);
        }
        icu_.set_text(part);
        auto begin = static_cast<std::int64_t>(first);
        for (std::int64_t next; (next = icu_.next()) >= 0;) {
            if (++steps % (1 << 12) == 0) {
                self.checkpoint();
            }
            auto const end = static_cast<std::int64_t>(first) + next;
            visitor.visit(begin, end, kind_of_status(icu_.status()));
            begin = end;
        }
        first += part.size();
    }
}

} // namespace newsgpu::cpu
