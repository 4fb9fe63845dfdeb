#include "cpu/segmenter.hpp"

#include <newsgpu/error.hpp>

#include "element/segment.hpp"
#include "element/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>

namespace newsgpu::cpu {

namespace {

segment_tables tables_of(unicode::segmentation const& data) {
    using element::word_class;
    segment_tables made{};
    fill(made, data.rules.classes.table());
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
        made.ascii_flags[c] = flags.first;
        made.ascii_is_plain = made.ascii_is_plain && flags.second == 0 && (value & element::exact_mark) == 0;
    }
    return made;
}

class counting_visitor final : public part_visitor {
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

std::optional<ascii_kinds> const& ascii_of_segments() {
    static auto const made = []() -> std::optional<ascii_kinds> {
        auto const* const data = unicode::load_segmentation();
        auto const tables = data != nullptr ? tables_of(*data) : segment_tables{};
        if (!tables.ascii_is_plain) {
            return std::nullopt;
        }
        namespace flag = element::flag;
        using kind = segment_kinds;
        constexpr unsigned mids = flag::mid_letter | flag::mid_number;
        constexpr struct {
            unsigned flags, bits;
        } roles[] = {{flag::letter, kind::letter},
                     {flag::numeric, kind::number},
                     {flag::connector, kind::connector},
                     {mids, kind::mid_letter},
                     {flag::mid_number, kind::only_mid_number}};
        constexpr auto all = flag::letter | flag::numeric | flag::connector | mids;
        ascii_kinds kinds;
        for (auto const& role : roles) {
            bool members[0x80];
            std::transform(std::begin(tables.ascii_flags), std::end(tables.ascii_flags), members,
                           [&](unsigned flags) { return (flags & all) == role.flags; });
            if (!kinds.insert(members, role.bits)) {
                return std::nullopt;
            }
        }
        for (int c = 0; c < 0x80; ++c) {
            if ((tables.ascii_flags[c] & all) != 0 && kinds.kind_of[c] == 0) {
                return std::nullopt;
            }
        }
        return kinds;
    }();
    return made;
}

segmenter::segmenter(unicode::segmentation const* data, simd_level level)
    : data_{data}, kernel_{&segment_kernel_of(level)} {
    if (data != nullptr) {
        tables_ = tables_of(*data);
    }
}

void segmenter::cut(std::string_view document, worker& self, part_visitor& visitor) {
    if (data_ == nullptr) {
        cut_by_icu(document, self, visitor);
        return;
    }
    auto const* text = document.data();
    auto const size = std::ssize(document);
    for_each_window(
        document, windows_, self,
        [&](segment_window& window, std::int64_t at) {
            if (tables_.ascii_is_plain) {
                kernel_->cut_ascii(tables_, window, text, size, at);
            }
        },
        [&](segment_window& window, std::int64_t at) { kernel_->cut_any(tables_, window, text, size, at); },
        [&](segment_window& window) {
            divide_exact_spans(document, window);
            visitor.visit(window);
        },
        [&](std::int64_t at) { return cut_long_segment(document, at, visitor); });
}

segment_counts segmenter::count(std::string_view document, worker& self) {
    segment_counts counts;
    counting_visitor visitor{counts};
    if (data_ == nullptr) {
        cut_by_icu(document, self, visitor);
        return counts;
    }
    auto const* text = document.data();
    auto const size = std::ssize(document);
    for_each_window(
        document, windows_, self,
        [&](segment_window& window, std::int64_t at) {
            if (tables_.ascii_is_plain) {
                kernel_->count_ascii(tables_, window, text, size, at, counts);
            }
        },
        [&](segment_window& window, std::int64_t at) {
            kernel_->count_any(tables_, window, text, size, at, counts);
        },
        [&](segment_window& window) {
            if (window.num_exact != 0) {
                divide_exact_spans(document, window);
                visitor.visit(window);
            }
        },
        [&](std::int64_t at) { return cut_long_segment(document, at, visitor); });
    return counts;
}

void segmenter::divide_exact_spans(std::string_view document, segment_window& window) {
    for (std::int64_t i = 0; i < window.num_exact; ++i) {
        auto const [begin, end] = window.exact[i];
        icu_.set_text(
            document.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        auto const last = end - window.begin;
        auto const bit = [](std::int64_t at) { return std::uint64_t{1} << (at % 64); };
        auto const low = (window.low[last / 64] & bit(last)) != 0;
        auto const high = (window.high[last / 64] & bit(last)) != 0;
        for (std::int64_t next; (next = icu_.next()) >= 0;) {
            auto const at = begin + next - window.begin;
            auto const put = [&](std::uint64_t* plane, bool value) {
                plane[at / 64] = (plane[at / 64] & ~bit(at)) | (value ? bit(at) : 0);
            };
            put(window.cut, true);
            put(window.low, low);
            put(window.high, high);
        }
    }
}

/// The segment at `at` by ICU's own automaton, for any length.
std::int64_t segmenter::cut_long_segment(std::string_view document, std::int64_t at, part_visitor& visitor) {
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
    return end;
}

void segmenter::cut_by_icu(std::string_view document, worker& self, part_visitor& visitor) {
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
