#include "cpu/simple_characters.hpp"

#include "cpu/simple_ranges.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <immintrin.h>

namespace newsgpu::cpu {

namespace {

constexpr std::int64_t block = 32;

std::uint32_t bits(__m256i bytes) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
std::uint32_t bits_of_words(__m256i words) {
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(words)));
}
__m256i bytes_of(int value) {
    return _mm256_set1_epi8(static_cast<char>(value));
}
__m256i words_of(std::uint32_t value) {
    return _mm256_set1_epi32(static_cast<int>(value));
}

/// The first 32 bytes, zeros behind the end of the text.
__m256i load(char const* text, std::int64_t size) {
    if (size >= block) {
        return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(text));
    }
    alignas(block) char whole[block] = {};
    std::memcpy(whole, text, static_cast<std::size_t>(size));
    return _mm256_load_si256(reinterpret_cast<__m256i const*>(whole));
}

/// Which bytes of ASCII, or words, are one of `count` values from `first` on.
__m256i bytes_within(__m256i bytes, int first, int count) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, bytes_of(first - 1)),
                            _mm256_cmpgt_epi8(bytes_of(first + count), bytes));
}
__m256i words_within(__m256i words, std::uint32_t first, std::uint32_t count) {
    return _mm256_and_si256(_mm256_cmpgt_epi32(words, words_of(first - 1)),
                            _mm256_cmpgt_epi32(words_of(first + count), words));
}

/// How many of `count` characters come before the first of `others`, and before white space that follows
/// white space.
int count_before(std::uint32_t others, std::uint32_t spaces, bool after_space, int count) {
    auto const repeated = spaces & (spaces << 1 | static_cast<std::uint32_t>(after_space));
    return std::min(std::countr_zero(others | repeated), count);
}

void note(simple_characters& made, int count, int bytes_each, std::uint32_t spaces) {
    made.read += std::int64_t{count} * bytes_each;
    made.written += count;
    made.after_space = (spaces >> (count - 1) & 1) != 0;
}

/// Reads up to 32 characters of ASCII, the first `count` bytes, at least one of them.
void put_ascii(__m256i bytes, int count, simple_characters& made, char32_t* to) {
    auto const is_space = _mm256_or_si256(bytes_within(bytes, '\t', 5), bytes_within(bytes, 0x1C, 5));
    auto const spaces = bits(is_space);
    auto const taken = count_before(0, spaces, made.after_space, count);
    if (taken == 0) {
        made.read += std::min(std::countr_one(spaces), count);
        return;
    }
    auto const case_bit = _mm256_and_si256(bytes_within(bytes, 'A', 26), bytes_of(0x20));
    auto const folded = _mm256_blendv_epi8(_mm256_or_si256(bytes, case_bit), bytes_of(' '), is_space);
    auto const put_eight = [&](__m128i eight, int at) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + made.written + at), _mm256_cvtepu8_epi32(eight));
    };
    auto const low = _mm256_castsi256_si128(folded);
    put_eight(low, 0);
    if (taken > 8) {
        auto const high = _mm256_extracti128_si256(folded, 1);
        put_eight(_mm_srli_si128(low, 8), 8);
        put_eight(high, 16);
        put_eight(_mm_srli_si128(high, 8), 24);
    }
    note(made, taken, 1, spaces);
}

/// How many sequences of three bytes, up to eight, begin one after another at the first byte.
int count_triples(__m256i bytes) {
    constexpr std::uint32_t leads = 0x249249, others = 0xFFFFFF ^ leads;
    auto const is_lead = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bytes_of(0xF0)), bytes_of(0xE0));
    auto const continues = _mm256_cmpgt_epi8(bytes_of(-64), bytes);
    auto const wrong = ((bits(is_lead) & leads) | (bits(continues) & others)) ^ 0xFFFFFF;
    return std::countr_zero(wrong | 1U << 24) * 11 >> 5; // a third
}

/// The code points of eight sequences of three bytes.
__m256i decode_triples(__m256i bytes) {
    auto const high_half =
        _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 1, 2, 3, 3, 4, 5, 6)); // 12 bytes a half
    auto const reversed = _mm256_shuffle_epi8(
        high_half, _mm256_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1, 2, 1, 0, -1, 5, 4,
                                    3, -1, 8, 7, 6, -1, 11, 10, 9, -1));
    auto const part = [&](std::uint32_t mask, int shift) {
        return _mm256_srli_epi32(_mm256_and_si256(reversed, words_of(mask)), shift);
    };
    return _mm256_or_si256(part(0x0F'0000, 4), _mm256_or_si256(part(0x3F00, 2), part(0x3F, 0)));
}

/// Reads up to eight characters of three bytes each, the first `count` of them; says whether one was read.
bool put_triples(__m256i bytes, int count, simple_characters& made, char32_t* to) {
    auto const characters = decode_triples(bytes);
    // A shift by 32 or more, as by any distance below 0, leaves nothing.
    auto const listed = [&](std::uint32_t set, std::uint32_t first) {
        return _mm256_srlv_epi32(words_of(set), _mm256_sub_epi32(characters, words_of(first)));
    };
    auto const is_listed = _mm256_slli_epi32(
        _mm256_or_si256(listed(dashes_and_quotes, first_dash), listed(marks, first_mark)), 31);
    auto const is_full_width = words_within(characters, first_full_width, num_full_width);
    auto const is_simple = _mm256_or_si256(
        _mm256_or_si256(words_within(characters, first_han, num_han), is_listed), is_full_width);
    auto const is_space = _mm256_cmpeq_epi32(characters, words_of(ideographic_space));
    auto const spaces = bits_of_words(is_space);
    auto const taken = count_before(~bits_of_words(is_simple), spaces, made.after_space, count);
    if (taken == 0) {
        bool const is_repeated = count > 0 && (spaces & 1) != 0;
        made.read += is_repeated ? 3 : 0;
        return is_repeated;
    }
    auto mapped =
        _mm256_sub_epi32(characters, _mm256_and_si256(is_full_width, words_of(full_width_distance)));
    mapped = _mm256_add_epi32(mapped, _mm256_and_si256(words_within(mapped, 'A', 26), words_of('a' - 'A')));
    mapped = _mm256_blendv_epi8(mapped, words_of(' '), is_space);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + made.written), mapped);
    note(made, taken, 3, spaces);
    return true;
}

} // namespace

simple_characters read_simple_avx2(char const* text, std::int64_t size, bool after_space, char32_t* to,
                                   std::int64_t room) {
    simple_characters made{0, 0, after_space};
    while (made.read < size && made.written <= room) {
        auto const bytes = load(text + made.read, size - made.read);
        auto const others = bits(bytes);
        if ((others & 1) == 0) {
            auto const count = std::min<std::int64_t>(std::countr_zero(others), size - made.read);
            put_ascii(bytes, static_cast<int>(count), made, to);
        } else if (!put_triples(bytes, count_triples(bytes), made, to)) {
            break;
        }
    }
    return made;
}

} // namespace newsgpu::cpu
