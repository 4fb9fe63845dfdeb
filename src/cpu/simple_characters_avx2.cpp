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

/// Which bytes of ASCII are one of `count` values from `first` on.
__m256i bytes_within(__m256i bytes, int first, int count) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, bytes_of(first - 1)),
                            _mm256_cmpgt_epi8(bytes_of(first + count), bytes));
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

struct alignas(block) vector_constant {
    std::uint8_t bytes[block];

    __m256i load() const { return _mm256_load_si256(reinterpret_cast<__m256i const*>(bytes)); }
};

constexpr vector_constant all_words(std::uint32_t value) {
    vector_constant made{};
    for (int i = 0; i < block; ++i) {
        made.bytes[i] = static_cast<std::uint8_t>(value >> 8 * (i % 4));
    }
    return made;
}

/// Eight sequences of three bytes, and zeros.
constexpr vector_constant eight_triples(std::uint8_t lead, std::uint8_t continuation) {
    vector_constant made{};
    for (int i = 0; i < 24; ++i) {
        made.bytes[i] = i % 3 == 0 ? lead : continuation;
    }
    return made;
}

/// What the loop for characters of three bytes needs: more than there are registers.
struct triple_constants {
    vector_constant fixed_bits = eight_triples(0xF0, 0xC0), fixed_values = eight_triples(0xE0, 0x80);
    vector_constant digits = all_words(0x0F'3F3F), first_factors = all_words(0x0001'4001),
                    second_factors = all_words(0x1000'0001);
    vector_constant dashes_and_quotes = all_words(cpu::dashes_and_quotes), marks = all_words(cpu::marks),
                    first_dash = all_words(cpu::first_dash), first_mark = all_words(cpu::first_mark);
    vector_constant before_han = all_words(first_han - 1), behind_han = all_words(first_han + num_han);
    vector_constant before_full_width = all_words(first_full_width - 1),
                    behind_full_width = all_words(first_full_width + num_full_width),
                    distance = all_words(full_width_distance);
    vector_constant before_capitals = all_words('A' - 1), behind_capitals = all_words('Z' + 1),
                    to_small = all_words('a' - 'A');
    vector_constant space = all_words(ideographic_space);
};

/// Compilers that see the values make each of them from a general register whenever it is used.
triple_constants const& hidden_constants() {
    static constexpr triple_constants constants;
    auto const* hidden = &constants;
    asm("" : "+r"(hidden));
    return *hidden;
}

__m256i between(__m256i words, vector_constant const& before, vector_constant const& behind) {
    return _mm256_and_si256(_mm256_cmpgt_epi32(words, before.load()),
                            _mm256_cmpgt_epi32(behind.load(), words));
}

/// Which of the first 24 bytes do not belong to eight sequences of three bytes, one after another.
std::uint32_t others_than_triples(triple_constants const& constants, __m256i bytes) {
    return ~bits(_mm256_cmpeq_epi8(_mm256_and_si256(bytes, constants.fixed_bits.load()),
                                   constants.fixed_values.load()));
}

/// How many sequences of three bytes, up to eight, begin one after another at the first byte.
int count_triples(triple_constants const& constants, __m256i bytes) {
    return std::countr_zero(others_than_triples(constants, bytes) | 1U << 24) * 11 >> 5; // a third
}

/// The code points of eight sequences of three bytes.
__m256i decode_triples(triple_constants const& constants, __m256i bytes) {
    auto const high_half =
        _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 1, 2, 3, 3, 4, 5, 6)); // 12 bytes a half
    auto const reversed = _mm256_shuffle_epi8(
        high_half, _mm256_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1, 2, 1, 0, -1, 5, 4,
                                    3, -1, 8, 7, 6, -1, 11, 10, 9, -1));
    // The lower two bytes count 1 and 2^6; what they make together and the third, 1 and 2^12.
    auto const digits = _mm256_and_si256(reversed, constants.digits.load());
    return _mm256_madd_epi16(_mm256_maddubs_epi16(digits, constants.first_factors.load()),
                             constants.second_factors.load());
}

/// What characters of three bytes are.
struct kinds {
    __m256i simple, full_width, space;
};

kinds kinds_of(triple_constants const& constants, __m256i characters) {
    // A shift by 32 or more, as by any distance below 0, leaves nothing.
    auto const listed = [&](vector_constant const& set, vector_constant const& first) {
        return _mm256_srlv_epi32(set.load(), _mm256_sub_epi32(characters, first.load()));
    };
    auto const is_listed =
        _mm256_slli_epi32(_mm256_or_si256(listed(constants.dashes_and_quotes, constants.first_dash),
                                          listed(constants.marks, constants.first_mark)),
                          31);
    auto const is_full_width = between(characters, constants.before_full_width, constants.behind_full_width);
    auto const is_han = between(characters, constants.before_han, constants.behind_han);
    return {_mm256_or_si256(_mm256_or_si256(is_han, is_listed), is_full_width), is_full_width,
            _mm256_cmpeq_epi32(characters, constants.space.load())};
}

/// What simple characters but white space become.
__m256i mapped(triple_constants const& constants, __m256i characters, __m256i is_full_width) {
    auto const moved =
        _mm256_sub_epi32(characters, _mm256_and_si256(is_full_width, constants.distance.load()));
    auto const is_capital = between(moved, constants.before_capitals, constants.behind_capitals);
    return _mm256_add_epi32(moved, _mm256_and_si256(is_capital, constants.to_small.load()));
}

/// Reads eight characters if all have three bytes and are simple, none of them white space: most of Chinese.
/// Where the next ones are is then known before these have been looked at.
bool put_eight(triple_constants const& constants, __m256i bytes, simple_characters& made, char32_t* to) {
    constexpr std::int64_t count = 8, bytes_each = 3;
    auto const characters = decode_triples(constants, bytes);
    auto const is = kinds_of(constants, characters);
    auto const taken = bits_of_words(_mm256_andnot_si256(is.space, is.simple));
    if (others_than_triples(constants, bytes) != 0 || taken != (1U << count) - 1) {
        return false;
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + made.written),
                        mapped(constants, characters, is.full_width));
    made.read += count * bytes_each;
    made.written += count;
    made.after_space = false;
    return true;
}

/// Reads up to eight characters of three bytes each; says whether one was read.
bool put_triples(triple_constants const& constants, __m256i bytes, simple_characters& made, char32_t* to) {
    auto const count = count_triples(constants, bytes);
    auto const characters = decode_triples(constants, bytes);
    auto const is = kinds_of(constants, characters);
    auto const spaces = bits_of_words(is.space);
    auto const taken = count_before(~bits_of_words(is.simple), spaces, made.after_space, count);
    if (taken == 0) {
        bool const is_repeated = count > 0 && (spaces & 1) != 0;
        made.read += is_repeated ? 3 : 0;
        return is_repeated;
    }
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(to + made.written),
        _mm256_blendv_epi8(mapped(constants, characters, is.full_width), words_of(' '), is.space));
    note(made, taken, 3, spaces);
    return true;
}

} // namespace

simple_characters read_simple_avx2(char const* text, std::int64_t size, bool after_space, char32_t* to,
                                   std::int64_t room) {
    auto const& constants = hidden_constants();
    simple_characters made{0, 0, after_space};
    while (made.read < size && made.written <= room) {
        auto const bytes = load(text + made.read, size - made.read);
        if (put_eight(constants, bytes, made, to)) {
            continue;
        }
        auto const others = bits(bytes);
        if ((others & 1) == 0) {
            auto const count = std::min<std::int64_t>(std::countr_zero(others), size - made.read);
            put_ascii(bytes, static_cast<int>(count), made, to);
        } else if (!put_triples(constants, bytes, made, to)) {
            break;
        }
    }
    return made;
}

} // namespace newsgpu::cpu
