#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "cpu/normalizer.hpp"
#include "cpu/parallel.hpp"
#include "cpu/simple_characters.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace newsgpu::cpu {

/// Reads the code points of NFKC_Casefold text with every run of white space folded to one space and the ends
/// trimmed. One per thread.
///
/// Most characters of Chinese and English news map to one code point by themselves and compose with nothing
/// before them; cpu/simple_characters.hpp maps them, many at a time. Characters that stay as they are follow,
/// and a run of others goes through the normalizer together with the character before it.
class character_reader {
public:
    static constexpr std::int64_t block_size = 1 << 12;

    character_reader();

    using visitor = std::function<void(view<char32_t const>)>;

    /// Hands the code points of `text` to `visit`, block after block; nothing for an empty result.
    void read(std::string_view text, worker& self, visitor const& visit);

    /// The same for UCS-2. @return whether every unit is a code point.
    bool read(view<std::uint16_t const> text, worker& self, visitor const& visit);

private:
    struct utf8_text;
    struct ucs2_text;

    template <class Text>
    void read_text(Text& text, worker& self, visitor const& visit);
    template <class Text>
    std::int64_t read_other(Text& text, std::int64_t at);
    bool is_alone(char32_t code_point) const;
    void push(char32_t code_point);
    void push_normalized(std::string_view text);
    void flush(bool all);

    normalizer normalizer_;
    simple_reader* read_simple_;
    simple_unit_reader* read_simple_units_;
    std::string scratch_, encoded_;
    buffer<char32_t> block_;
    std::int64_t size_ = 0;
    /// Whether more white space adds nothing: it was the last code point, or there was none.
    bool after_space_ = true;
    visitor const* visit_ = nullptr;
};

} // namespace newsgpu::cpu
