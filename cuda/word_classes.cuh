#pragma once

#include "cuda/byte_planes.cuh"
#include "cuda/word_tables.cuh"

#include "element/word_break.hpp"

#include <cstdint>

namespace newsgpu::cuda {

/// The classes of ASCII bytes as boolean functions of their planes; other bytes have none.
/// word_tables_exist() compares them with ICU's.
__host__ __device__ inline element::all_classes ascii_classes(wide_byte_planes const& p,
                                                              ascii_variant variant) {
    auto const [b0, b1, b2, b3, b4, b5, b6, b7] = p.bit;
    auto const any = b4 | b3 | b2 | b1 | b0;
    auto const column4 = ~b7 & b6;              // 40 to 7F
    auto const column2 = ~(b7 | b6) & b5 & ~b4; // 20 to 2F
    auto const column3 = ~(b7 | b6) & b5 & b4;  // 30 to 3F
    auto const beyond_z = b4 & b3 & (b2 | (b1 & b0));
    auto const seven = ~b3 & b2 & b1 & b0;
    auto const at_sign = column4 & ~b5 & ~any;
    auto const colon = column3 & b3 & ~b2 & b1 & ~b0;
    auto const quote = column2 & ~b4 & seven;                    // '
    auto const full_stop = column2 & b3 & b2 & b1 & ~b0;         // .
    auto const comma = column2 & b3 & b2 & ~b1 & ~b0;            // ,
    auto const semicolon = column3 & b3 & ~b2 & b1 & b0;         // ;
    auto const control = ~(b7 | b6 | b5 | b4) & b3 & ~(b2 & b1); // 08 to 0D
    std::uint64_t const at_mask = variant.at_is_letter ? ~std::uint64_t{0} : 0;
    std::uint64_t const colon_mask = variant.colon_is_mid_letter ? ~std::uint64_t{0} : 0;
    element::all_classes c{};
    c.letter = (column4 & any & ~beyond_z) | (at_sign & at_mask);
    c.numeric = column3 & ~(b3 & (b2 | b1));
    c.connector = column4 & ~b5 & b4 & b3 & b2 & b1 & b0;
    c.mid_letter = quote | full_stop | (colon & colon_mask);
    c.mid_number = quote | full_stop | comma | semicolon;
    c.space = column2 & ~any;
    c.carriage_return = control & b2 & ~b1 & b0;
    c.line_feed = control & ~b2 & b1 & ~b0;
    c.single_quote = quote;
    c.double_quote = column2 & ~b3 & ~b2 & b1 & ~b0;
    c.newline = control & (b2 | b1); // 0A to 0D
    return c;
}

} // namespace newsgpu::cuda
