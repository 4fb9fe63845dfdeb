#include "cpu/character_reader.hpp"

#include "cpu/unit_loops.hpp"
#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

/// A text by bytes.
struct character_reader::utf8_text {
    character_reader& reader;
    std::string_view bytes;

    std::int64_t size() const { return static_cast<std::int64_t>(bytes.size()); }
    simple_characters read_simple(std::int64_t at, bool after_space, char32_t* to, std::int64_t room) const {
        return reader.read_simple_(bytes.data() + at, size() - at, after_space, to, room);
    }
    element::decoded decode(std::int64_t at) const { return element::decode(bytes.data(), at, size()); }
    std::int64_t step_back(std::int64_t at) const { return element::step_back(bytes.data(), at); }
    std::string_view utf8(std::int64_t begin, std::int64_t end) const {
        return bytes.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }
};

/// A text by units of 16 bits, each a code point.
struct character_reader::ucs2_text {
    character_reader& reader;
    view<std::uint16_t const> units;
    bool is_text = true;

    std::int64_t size() const { return units.size(); }
    simple_characters read_simple(std::int64_t at, bool after_space, char32_t* to, std::int64_t room) const {
        return reader.read_simple_units_(units.data() + at, size() - at, after_space, to, room);
    }
    element::decoded decode(std::int64_t at) {
        auto const unit = units[at];
        bool const well_formed = is_code_point(unit);
        is_text = is_text && well_formed;
        return {unit, 1, well_formed};
    }
    std::int64_t step_back(std::int64_t at) const { return at - 1; }
    std::string_view utf8(std::int64_t begin, std::int64_t end) const {
        reader.encoded_.clear();
        for (auto at = begin; at < end; ++at) {
            char bytes[4];
            auto const length = element::encode(units[at], bytes);
            reader.encoded_.append(bytes, static_cast<std::size_t>(length));
        }
        return reader.encoded_;
    }
};

character_reader::character_reader()
    : normalizer_{normalization::nfkc_casefold}, read_simple_{simple_reader_of(simd_level_in_use())},
      read_simple_units_{simple_unit_reader_of(simd_level_in_use())},
      block_(static_cast<std::size_t>(2 * block_size + simple_reader_slack)) {}

void character_reader::read(std::string_view text, worker& self, visitor const& visit) {
    utf8_text bytes{*this, text};
    read_text(bytes, self, visit);
}

bool character_reader::read(view<std::uint16_t const> text, worker& self, visitor const& visit) {
    ucs2_text units{*this, text};
    read_text(units, self, visit);
    return units.is_text;
}

template <class Text>
void character_reader::read_text(Text& text, worker& self, visitor const& visit) {
    visit_ = &visit;
    size_ = 0;
    after_space_ = true;
    for (std::int64_t at = 0; at < text.size();) {
        auto const made = text.read_simple(at, after_space_, block_.data() + size_, block_size - size_);
        at += made.read;
        size_ += made.written;
        after_space_ = made.after_space;
        if (size_ >= block_size) {
            flush(false);
            self.checkpoint();
        } else if (at < text.size()) {
            at = read_other(text, at);
        }
    }
    if (size_ > 0 && after_space_) {
        --size_;
    }
    flush(true);
}

/// Whether a character maps to itself alone whatever is around it.
bool character_reader::is_alone(char32_t code_point) const {
    return simple_mapping(code_point) != 0 || normalizer_.table().entries[code_point] == 0;
}

/// Reads what no simple character is at `at`; returns where it ends.
template <class Text>
std::int64_t character_reader::read_other(Text& text, std::int64_t at) {
    auto run_end = at;
    while (run_end < text.size()) {
        auto const here = text.decode(run_end);
        if (here.well_formed && is_alone(here.code_point)) {
            if (run_end > at) {
                break;
            }
            auto const mapped = simple_mapping(here.code_point);
            auto const code_point = mapped != 0 ? mapped : here.code_point;
            push(unicode::is_space(code_point) ? U' ' : code_point);
            return at + here.length;
        }
        run_end += here.length;
    }
    auto run_start = at;
    if (at > 0 && size_ > 0 && !after_space_) {
        // A mark may change the character before it, which stood for itself: runs end where one begins.
        run_start = text.step_back(at);
        --size_;
    }
    push_normalized(text.utf8(run_start, run_end));
    return run_end;
}

void character_reader::push(char32_t code_point) {
    auto const is_space = code_point == ' ';
    if (!(is_space && after_space_)) {
        block_[static_cast<std::size_t>(size_++)] = code_point;
    }
    after_space_ = is_space;
}

void character_reader::push_normalized(std::string_view text) {
    auto const normalized = normalizer_.apply(text, scratch_);
    auto const end = static_cast<std::int64_t>(normalized.size());
    for (std::int64_t at = 0; at < end;) {
        auto const here = element::decode(normalized.data(), at, end);
        push(unicode::is_space(here.code_point) ? U' ' : here.code_point);
        if (size_ >= block_size) {
            flush(false);
        }
        at += here.length;
    }
}

/// Keeps the last code point back unless `all`: a mark behind it may still change it, and a space at the end
/// goes.
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
