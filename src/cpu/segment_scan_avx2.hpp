#pragma once

#include "cpu/segment_scan.hpp"
#include "cpu/vector_avx2.hpp"

#if defined(__AVX2__) && defined(__BMI2__)

namespace newsgpu::cpu {

/// plain_scan with positions by table: how far it is from one cut to the next is unpredictable.
struct avx2_scan : plain_scan<avx2_vector> {
    /// Writes where the wanted parts among the cuts of 64 bytes begin and end; returns how many there are.
    /// `begin` is the cut before these.
    static std::int64_t find_word(std::uint64_t cut, std::uint64_t wanted, std::uint32_t begin,
                                  std::uint32_t here, std::uint32_t* starts, std::uint32_t* ends) {
        // A bit for each cut; a part begins at the cut before its own.
        auto const chosen = _pext_u64(wanted, cut);
        *starts = begin;
        avx2_vector::put_positions(_pdep_u64(chosen >> 1, cut), here, starts + (chosen & 1));
        return avx2_vector::put_positions(wanted, here, ends);
    }
};

} // namespace newsgpu::cpu

#endif
