#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "cpu/normalizer.hpp"
#include "cpu/parallel.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace newsgpu::cpu {

/// Reads the code points of NFKC_Casefold text with every run of white space folded to one space and the ends
/// trimmed. One per thread.
///
/// Most characters of Chinese and English news map to one code point by themselves and compose with nothing
/// before them. Those are mapped here; a run of others goes through the normalizer together with the
/// character before it.
class character_reader {
public:
    static constexpr std::int64_t block_size = 1 << 12;

    character_reader() : normalizer_{normalization::nfkc_casefold}, block_(block_size + 8) {}

    /// Hands the code points of `text` to `visit`, block after block; nothing for an empty result.
    void read(std::string_view text, worker& self, std::function<void(view<char32_t const>)> const& visit);

private:
    void push(char32_t code_point);
    void push_normalized(std::string_view text);
    void flush(bool all);

    normalizer normalizer_;
    std::string scratch_;
    buffer<char32_t> block_;
    std::int64_t size_ = 0;
    bool started_ = false, pending_space_ = false;
    std::function<void(view<char32_t const>)> const* visit_ = nullptr;
};

/// What a character that stands for itself maps to, 0 for all others: ASCII, the Han blocks U+3400..U+4DBF
/// and U+4E00..U+9FFF, common marks, and the full-width forms of ASCII.
char32_t simple_mapping(char32_t code_point);

} // namespace newsgpu::cpu
