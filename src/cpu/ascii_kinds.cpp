#include "cpu/ascii_kinds.hpp"

namespace newsgpu::cpu {

bool ascii_kinds::insert(bool const (&members)[128], unsigned bits) {
    unsigned columns_of[8] = {};
    for (int c = 0; c < 128; ++c) {
        columns_of[c / 16] |= members[c] ? 1U << c % 16 : 0;
    }
    for (int row = 0; row < 8; ++row) {
        auto const wanted = columns_of[row];
        if (wanted == 0) {
            continue;
        }
        if (bits == 0) {
            return false;
        }
        auto const kind = bits & (0U - bits);
        bits ^= kind;
        auto const add = [kind](std::uint8_t& kinds) { kinds = static_cast<std::uint8_t>(kinds | kind); };
        for (int column = 0; column < 16; ++column) {
            if ((wanted >> column & 1) != 0) {
                add(columns[column]);
            }
        }
        for (int like = row; like < 8; ++like) {
            if (columns_of[like] != wanted) {
                continue;
            }
            add(rows[like]);
            for (int column = 0; column < 16; ++column) {
                if ((wanted >> column & 1) != 0) {
                    add(kind_of[16 * like + column]);
                }
            }
            columns_of[like] = 0;
        }
    }
    return true;
}

} // namespace newsgpu::cpu
