#include "cpu/character_reader.hpp"

#include "element/utf8.hpp"
#include "unicode/properties.hpp"

namespace newsgpu::cpu {

character_reader::character_reader()
    : normalizer_{normalization::nfkc_casefold}, read_simple_{simple_reader_of(simd_level_in_use())},
      block_(static_cast<std::size_t>(2 * block_size + simple_reader_slack)) {}

void character_reader::read(std::string_view text, worker& self,
                            std::function<void(view<char32_t const>)> const& visit) {
    visit_ = &visit;
    size_ = 0;
    after_space_ = true;
    auto const end = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < end;) {
        auto const made =
            read_simple_(text.data() + at, end - at, after_space_, block_.data() + size_, block_size - size_);
        at += made.read;
        size_ += made.written;
        after_space_ = made.after_space;
        if (size_ >= block_size) {
            flush(false);
            self.checkpoint();
        } else if (at < end) {
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
std::int64_t character_reader::read_other(std::string_view text, std::int64_t at) {
    auto const end = static_cast<std::int64_t>(text.size());
    auto run_end = at;
    while (run_end < end) {
        auto const here = element::decode(text.data(), run_end, end);
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
        run_start = element::step_back(text.data(), at);
        --size_;
    }
    push_normalized(
        text.substr(static_cast<std::size_t>(run_start), static_cast<std::size_t>(run_end - run_start)));
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
