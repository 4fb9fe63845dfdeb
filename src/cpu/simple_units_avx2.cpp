#include "cpu/simple_characters.hpp"

#include "cpu/simple_ranges.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <immintrin.h>

namespace newsgpu::cpu {

namespace {

/// Characters that are looked at together. Masks have two bits for each, of which the lower one counts.
constexpr std::int64_t step = 16;
constexpr std::uint32_t counted_bits = 0x5555'5555;

__m256i all(std::uint32_t unit) {
    return _mm256_set1_epi16(static_cast<short>(unit));
}

/// The first sixteen units, zeros behind the end of the text.
__m256i load(std::uint16_t const* units, std::int64_t count) {
    if (count >= step) {
        return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(units));
    }
    alignas(32) std::uint16_t whole[step] = {};
    std::memcpy(whole, units, static_cast<std::size_t>(count) * sizeof(units[0]));
    return _mm256_load_si256(reinterpret_cast<__m256i const*>(whole));
}

std::uint32_t mask_of(__m256i units) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(units)) & counted_bits;
}

/// Which units are one of `count` from `first` on.
__m256i within(__m256i units, std::uint32_t first, std::uint32_t count) {
    auto const distance = _mm256_sub_epi16(units, all(first));
    return _mm256_cmpeq_epi16(_mm256_min_epu16(distance, all(count - 1)), distance);
}

/// Sixteen groups of neighbouring code points, all of one kind.
struct groups {
    std::uint32_t first;
    int size_log2;
    alignas(16) std::uint8_t members[16]; ///< 0xFF for groups that belong to the set
};

consteval groups make_groups(std::uint32_t first, int size_log2, std::uint32_t bits) {
    groups made{first, size_log2, {}};
    for (int group = 0; group < 16; ++group) {
        auto const of_group = bits >> (group << size_log2) & ((1U << (1 << size_log2)) - 1);
        auto const whole = (1U << (1 << size_log2)) - 1;
        if (of_group != 0 && of_group != whole) {
            throw "a group of two kinds";
        }
        made.members[group] = of_group != 0 ? 0xFF : 0;
    }
    return made;
}

constexpr auto dash_groups = make_groups(first_dash, 0, dashes_and_quotes);
constexpr auto mark_groups = make_groups(first_mark, 1, marks);

/// Which units belong to the set, in their lower bytes.
__m256i among(groups const& set, __m256i units) {
    auto const group = _mm256_srli_epi16(_mm256_sub_epi16(units, all(set.first)), set.size_log2);
    // A shuffle gives 0 where the highest bit of a byte is set: in upper bytes, and from the 16th group on.
    auto const indices = _mm256_add_epi16(_mm256_min_epu16(group, all(0x80)), all(0x8070));
    auto const table =
        _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<__m128i const*>(set.members)));
    return _mm256_shuffle_epi8(table, indices);
}

__m256i any_of(__m256i a, __m256i b, __m256i c) {
    return _mm256_or_si256(_mm256_or_si256(a, b), c);
}

void store(__m256i units, char32_t* to) {
    auto* const at = reinterpret_cast<__m256i*>(to);
    _mm256_storeu_si256(at, _mm256_cvtepu16_epi32(_mm256_castsi256_si128(units)));
    _mm256_storeu_si256(at + 1, _mm256_cvtepu16_epi32(_mm256_extracti128_si256(units, 1)));
}

} // namespace

simple_characters read_simple_units_avx2(std::uint16_t const* text, std::int64_t size, bool after_space,
                                         char32_t* to, std::int64_t room) {
    simple_characters made{0, 0, after_space};
    while (made.read < size && made.written <= room) {
        auto const count = std::min(size - made.read, step);
        auto const units = load(text + made.read, count);
        auto const full_width = within(units, first_full_width, num_full_width);
        auto const simple = mask_of(
            _mm256_or_si256(any_of(within(units, first_han, num_han), within(units, 0, 0x80), full_width),
                            _mm256_or_si256(among(dash_groups, units), among(mark_groups, units))));
        auto const is_space = any_of(within(units, '\t', 5), within(units, 0x1C, 5),
                                     _mm256_cmpeq_epi16(units, all(ideographic_space)));
        auto const spaces = mask_of(is_space);
        auto const narrow = _mm256_sub_epi16(units, _mm256_and_si256(full_width, all(full_width_distance)));
        auto const lower = _mm256_or_si256(narrow, _mm256_and_si256(within(narrow, 'A', 26), all('a' - 'A')));
        if (simple == counted_bits && spaces == 0 && count == step) {
            // Where the next ones are is known before these have been looked at.
            store(lower, to + made.written);
            made.read += step;
            made.written += step;
            made.after_space = false;
            continue;
        }
        auto const repeated = spaces & (spaces << 2 | static_cast<std::uint32_t>(made.after_space));
        auto const others = ~simple & counted_bits;
        auto const taken = std::min<std::int64_t>(std::countr_zero(others | repeated) / 2, count);
        if (taken == 0) {
            if ((others & 1) != 0) {
                break;
            }
            ++made.read; // one more space
            continue;
        }
        store(_mm256_blendv_epi8(lower, all(' '), is_space), to + made.written);
        made.read += taken;
        made.written += taken;
        made.after_space = (spaces >> (2 * taken - 2) & 1) != 0;
    }
    return made;
}

} // namespace newsgpu::cpu
