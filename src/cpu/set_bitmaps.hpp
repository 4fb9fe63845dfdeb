#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/kernels.hpp"
#include "cpu/shared_sets.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// A few bits about each of some sets that bound how many members two of them have in common (Sandes,
/// Teodoro, Melo, "Bitmap filter", 2020). Every member flips one bit of its set's bitmap. Two bitmaps then
/// differ in no more places than there are members that only one set has, so
/// |A n B| <= (|A| + |B| - differing bits) / 2.
class set_bitmaps {
public:
    explicit set_bitmaps(std::vector<shared_set> const& sets)
        : kernels_{&kernels_in_use()}, num_words_{words_for(sets)} {
        auto const words = static_cast<std::size_t>(num_words_);
        bits_.assign(sets.size() * words, 0);
        auto const shift = 64 - std::countr_zero(words * 64);
        for (std::size_t i = 0; i < sets.size(); ++i) {
            for (auto const hash : sets[i].shared) {
                auto const bit = hash * 0x9E37'79B9'7F4A'7C15 >> shift;
                bits_[i * words + bit / 64] ^= std::uint64_t{1} << bit % 64;
            }
        }
    }

    /// In how many places two bitmaps differ.
    std::int64_t differing(std::size_t i, std::size_t j) const {
        auto const words = static_cast<std::size_t>(num_words_);
        return kernels_->count_differing(bits_.data() + i * words, bits_.data() + j * words, num_words_);
    }

private:
    /// Four bits a member, within what a few instructions compare.
    static std::int64_t words_for(std::vector<shared_set> const& sets) {
        constexpr std::int64_t bits_a_member = 4, least_words = 4, most_words = 64;
        std::int64_t members = 0;
        for (auto const& set : sets) {
            members += std::ssize(set.shared);
        }
        auto const mean = members / std::max<std::int64_t>(std::ssize(sets), 1);
        auto const words = std::bit_ceil(static_cast<std::uint64_t>(mean * bits_a_member / 64 + 1));
        return std::clamp(static_cast<std::int64_t>(words), least_words, most_words);
    }

    kernels const* kernels_;
    std::int64_t num_words_;
    std::vector<std::uint64_t> bits_;
};

} // namespace newsgpu::cpu
