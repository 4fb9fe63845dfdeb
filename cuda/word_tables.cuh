#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/usual_han.cuh"

#include "element/code_point_table.hpp"
#include "element/dictionary.hpp"
#include "element/word_break.hpp"

#include <cstdint>

namespace newsgpu::cuda {

/// What the kernels know of a code point: element::class_flags from bit 0 on, and the marks.
namespace word_flag {
inline constexpr std::uint32_t second_shift = 8, third_shift = 16;
inline constexpr std::uint32_t katakana_group = 1u << 24, exact = 1u << 25;
inline constexpr std::uint32_t first(std::uint8_t flag) {
    return flag;
}
inline constexpr std::uint32_t second(std::uint8_t flag) {
    return std::uint32_t{flag} << second_shift;
}
inline constexpr std::uint32_t third(std::uint8_t flag) {
    return std::uint32_t{flag} << third_shift;
}
} // namespace word_flag

/// How versions of ICU differ in ASCII.
struct ascii_variant {
    bool at_is_letter, colon_is_mid_letter;
};

/// The tables of the installed ICU in device memory.
struct word_tables_view {
    element::code_point_table<std::uint32_t> flags; ///< word_flag
    element::dictionary dictionary;
    ascii_variant ascii;
    bool han_is_uniform; ///< the usual Han have all the same flags: those of element::word_class::han
};

/// Whether ICU's data have a form that the kernels know.
bool word_tables_exist();

/// The tables on the stream's device. The first call for a device copies them there, 6 MB, where they stay.
/// @throw out_of_device_memory
word_tables_view word_tables(stream const& on);

} // namespace newsgpu::cuda
