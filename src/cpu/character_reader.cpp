#include "cpu/character_reader.hpp"

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

namespace {

constexpr char32_t to_lower_ascii(char32_t c) {
    return c + (c - 'A' < 26 ? 'a' - 'A' : 0);
}

constexpr bool is_ascii_space(char32_t c) {
    return c == ' ' || c - '\t' < 5 || c - 0x1C < 4;
}

constexpr bool is_han(char32_t c) {
    return c - 0x4E00 < 0x5200 || c - 0x3400 < 0x19C0;
}

/// Dashes and quotation marks of U+2013..U+201F without U+2017, and 、。〃〈〉《》「」『』【】〔〕〖〗.
constexpr bool is_mark(char32_t c) {
    return (c - 0x2013 < 0x0D && c != 0x2017) || c - 0x3001 < 3 || c - 0x3008 < 0x0A || c - 0x3014 < 4;
}

constexpr bool is_full_width(char32_t c) {
    return c - 0xFF01 < 0x5E;
}

constexpr char32_t full_width_distance = 0xFEE0;

/// The code point of a three-byte sequence at `text`, 0 if there is none. Surrogates come out wrong, and are
/// no character that stands for itself.
constexpr char32_t three_byte_code_point(char const* text) {
    auto const byte = [&](int i) { return static_cast<unsigned char>(text[i]); };
    if ((byte(0) & 0xF0) != 0xE0 || !element::is_continuation(byte(1)) ||
        !element::is_continuation(byte(2))) {
        return 0;
    }
    return static_cast<char32_t>((byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
}

} // namespace

char32_t simple_mapping(char32_t c) {
    if (c < 0x80) {
        return to_lower_ascii(c);
    }
    if (is_han(c) || is_mark(c)) {
        return c;
    }
    return is_full_width(c) ? to_lower_ascii(c - full_width_distance) : 0;
}

void character_reader::read(std::string_view text, worker& self,
                            std::function<void(view<char32_t const>)> const& visit) {
    visit_ = &visit;
    size_ = 0;
    started_ = pending_space_ = false;
    auto const end = static_cast<std::int64_t>(text.size());
    // Where the character begins that was pushed last and may compose with what follows.
    std::int64_t last_simple = -1;
    for (std::int64_t at = 0; at < end;) {
        if (size_ >= block_size) {
            flush(false);
            self.checkpoint();
        }
        auto const lead = static_cast<unsigned char>(text[static_cast<std::size_t>(at)]);
        if (lead < 0x80) {
            if (is_ascii_space(lead)) {
                pending_space_ = true;
                last_simple = -1;
            } else {
                push(to_lower_ascii(lead));
                last_simple = at;
            }
            ++at;
            continue;
        }
        if (at + 3 <= end) {
            auto const c = three_byte_code_point(text.data() + at);
            if (is_han(c)) {
                push(c);
                last_simple = at;
                at += 3;
                continue;
            }
            if (auto const mapped = c < 0x800 ? 0 : simple_mapping(c); mapped != 0) {
                push(mapped);
                last_simple = at;
                at += 3;
                continue;
            }
        }
        auto run_end = at;
        while (run_end < end) {
            auto const here = element::decode(text.data(), run_end, end);
            if (here.well_formed && simple_mapping(here.code_point) != 0) {
                break;
            }
            run_end += here.length;
        }
        auto run_start = at;
        if (last_simple >= 0) {
            run_start = last_simple;
            --size_;
        }
        push_normalized(
            text.substr(static_cast<std::size_t>(run_start), static_cast<std::size_t>(run_end - run_start)));
        last_simple = -1;
        at = run_end;
    }
    flush(true);
}

void character_reader::push(char32_t code_point) {
    if (pending_space_) {
        pending_space_ = false;
        if (started_) {
            block_[static_cast<std::size_t>(size_++)] = ' ';
        }
    }
    started_ = true;
    block_[static_cast<std::size_t>(size_++)] = code_point;
}

void character_reader::push_normalized(std::string_view text) {
    auto const normalized = normalizer_.apply(text, scratch_);
    auto const end = static_cast<std::int64_t>(normalized.size());
    for (std::int64_t at = 0; at < end;) {
        auto const here = element::decode(normalized.data(), at, end);
        if (unicode::is_space(here.code_point)) {
            pending_space_ = true;
        } else {
            push(here.code_point);
        }
        if (size_ >= block_size) {
            flush(false);
        }
        at += here.length;
    }
}

/// Keeps the last code point back unless `all`: a mark behind it may still change it.
void character_reader::flush(bool all) {
    auto const count = all ? size_ : size_ - 1;
    if (count > 0) {
        (*visit_)({block_.data(), count});
    }
    if (!all) {
        block_[0] = block_[static_cast<std::size_t>(size_ - 1)];
        size_ = 1;
    }
}

} // namespace newsgpu::cpu
