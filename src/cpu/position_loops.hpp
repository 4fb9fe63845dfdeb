#pragma once

#include "cpu/bit_planes.hpp"
#include "cpu/segment_kernel.hpp"

#include <cstdint>

namespace newsgpu::cpu {

/// From planes of cuts to positions.
template <class Scan>
struct position_loops : bit_planes {
    template <bool All>
    static index find_parts(segment_window const& window, index num_words, std::uint32_t base,
                            std::uint32_t* starts, std::uint32_t* ends) {
        index n = 0;
        auto begin = base;
        for (index w = 0; w < num_words; ++w) {
            auto const cut = window.cut[w];
            auto const wanted = All ? ~word{0} : window.low[w] | window.high[w];
            auto const here = base + static_cast<std::uint32_t>(w * word_bits);
            if constexpr (requires { Scan::find_word; }) {
                n += Scan::find_word(cut, cut & wanted, begin, here, starts + n, ends + n);
                begin = cut != 0 ? here + static_cast<std::uint32_t>(highest(cut)) : begin;
                continue;
            }
            for (auto left = cut; left != 0; left &= left - 1) {
                auto const k = lowest(left);
                auto const end = here + static_cast<std::uint32_t>(k);
                starts[n] = begin;
                ends[n] = end;
                // No branch: every other part of English is a space.
                n += static_cast<index>(wanted >> k & 1);
                begin = end;
            }
        }
        return n;
    }

    template <bool All>
    static index place_parts(word const* planes, index num_words, index base, std::uint16_t const* statuses,
                             index* starts, index* ends, std::uint16_t* status) {
        index n = 0;
        auto begin = base;
        for (index w = 0; w < num_words; ++w) {
            auto const cut = planes[w], low = planes[num_words + w], high = planes[2 * num_words + w];
            auto const here = base + w * word_bits;
            if constexpr (requires { Scan::place_word; }) {
                n += Scan::place_word({cut, low, high}, All ? cut : cut & (low | high), begin, here, statuses,
                                      starts + n, ends + n, status + n);
                begin = cut != 0 ? here + highest(cut) : begin;
                continue;
            }
            // Nothing is written for other parts: what lies behind the last token is somebody else's.
            for (auto left = All ? cut : cut & (low | high); left != 0; left &= left - 1) {
                auto const k = lowest(left);
                auto const before = cut & below(k);
                starts[n] = before != 0 ? here + highest(before) : begin;
                ends[n] = here + k;
                status[n] = statuses[(low >> k & 1) | (high >> k & 1) << 1];
                ++n;
            }
            begin = cut != 0 ? here + highest(cut) : begin;
        }
        return n;
    }
};

} // namespace newsgpu::cpu
