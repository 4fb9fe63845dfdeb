#include "cpu/simple_characters.hpp"

#include "cpu/simple_ranges.hpp"
#include "cpu/vector_avx512.hpp"

#include <immintrin.h>

namespace newsgpu::cpu {

namespace {

using mask = std::uint64_t;
constexpr std::int64_t block = 64, characters_a_step = 16;

__m512i bytes_of(int value) {
    return _mm512_set1_epi8(static_cast<char>(value));
}
mask bytes_within(__m512i bytes, int first, int count) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, bytes_of(first)), bytes_of(count));
}
mask below(std::int64_t count) {
    return _bzhi_u64(~mask{0}, static_cast<unsigned>(count));
}

/// Which of some characters are kept where each run of `spaces` becomes its first one.
mask without_repeated_spaces(mask spaces, bool after_space) {
    return ~(spaces & (spaces << 1 | static_cast<mask>(after_space)));
}

/// Writes up to 64 ASCII characters.
void put_ascii(__m512i bytes, std::int64_t count, simple_characters& made, char32_t* to) {
    auto const spaces = (bytes_within(bytes, '\t', 5) | bytes_within(bytes, 0x1C, 5)) & below(count);
    auto const kept = without_repeated_spaces(spaces, made.after_space) & below(count);
    auto const folded = _mm512_mask_mov_epi8(avx512_vector::lower(bytes), spaces, bytes_of(' '));
    auto const packed = _mm512_maskz_compress_epi8(kept, folded);
    auto* out = to + made.written;
    _mm512_storeu_si512(out, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)));
    _mm512_storeu_si512(out + 16, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 1)));
    _mm512_storeu_si512(out + 32, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 2)));
    _mm512_storeu_si512(out + 48, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, 3)));
    made.written += _mm_popcnt_u64(kept);
    made.read += count;
    made.after_space = (spaces >> (count - 1) & 1) != 0;
}

/// Byte i of a register, by a rule.
template <class Rule>
struct byte_sequence {
    std::uint8_t values[block];

    consteval explicit byte_sequence(Rule rule) : values{} {
        for (int i = 0; i < block; ++i) {
            values[i] = static_cast<std::uint8_t>(rule(i));
        }
    }
};
constexpr byte_sequence positions{[](int i) { return i; }};
constexpr byte_sequence lane_of_byte{[](int i) { return i / 4; }};
constexpr byte_sequence byte_in_lane{[](int i) { return i % 4; }};

constexpr std::uint32_t first_control = 0x01;
constexpr auto control_spaces =
    bits_from(first_control, [](std::uint32_t c) { return (c >= 0x09 && c <= 0x0D) || c >= 0x1C; });

/// A constant that stays in a register: compilers make it again at every use, by way of a general one.
__m512i kept_in_register(__m512i value) {
    asm("" : "+v"(value));
    return value;
}

/// What decoding and mapping of 16 characters takes.
struct character_constants {
    static __m512i word(std::uint32_t value) {
        return kept_in_register(_mm512_set1_epi32(static_cast<int>(value)));
    }
    static __m512i bytes(std::uint8_t const* values) { return kept_in_register(_mm512_loadu_si512(values)); }

    __m512i lane = bytes(lane_of_byte.values), offset = bytes(byte_in_lane.values);
    __m512i one = word(1), low_byte = word(0xFF), low_four = word(0x0F), middle_six = word(0xFC0),
            low_six = word(0x3F), ascii_end = word(0x80);
    __m512i han = word(first_han), han_extent = word(num_han), full_width = word(first_full_width),
            full_width_extent = word(num_full_width), distance = word(full_width_distance);
    __m512i first_of_dashes = word(first_dash), first_of_marks = word(first_mark),
            dash_bits = word(dashes_and_quotes), mark_bits = word(marks), space_bits = word(control_spaces);
    __m512i capital = word('A'), num_letters = word(26), space = word(' ');
};

/// Where up to 16 characters of one or three bytes begin, and where they end.
struct step_of_characters {
    mask leads;
    std::int64_t count, bytes;
};

/// The characters before the first that is something else or not whole.
step_of_characters step_to_other(mask leads, mask three, mask wrong, std::int64_t count) {
    mask const open = three & below(count) & ~below(count < 2 ? 0 : count - 2);
    auto end = open != 0 ? static_cast<std::int64_t>(_tzcnt_u64(open)) : count;
    // What the last character lacks shows at its end.
    if (auto const found = wrong & below(end + 1); found != 0) {
        // Where a continuation is missing the character before is not whole; else what is wrong belongs to
        // the one that begins there or before.
        auto const at = static_cast<std::int64_t>(_tzcnt_u64(found));
        bool const is_missing = ((three << 1 | three << 2) >> at & 1) != 0;
        auto const begun = leads & below(is_missing ? at : at + 1);
        end = begun == 0 ? 0 : 63 - static_cast<std::int64_t>(_lzcnt_u64(begun));
    }
    leads &= below(end);
    auto const next = _pdep_u64(mask{1} << characters_a_step, leads);
    return next == 0
               ? step_of_characters{leads, _mm_popcnt_u64(leads), end}
               : step_of_characters{leads, characters_a_step, static_cast<std::int64_t>(_tzcnt_u64(next))};
}

step_of_characters find_step(__m512i bytes, mask other, std::int64_t count) {
    mask const leads = _mm512_cmpgt_epi8_mask(bytes, bytes_of(0xBF)) & below(count);
    mask const continues = ~leads & below(count);
    mask const three = bytes_within(bytes, 0xE0, 0x10);
    mask const wrong = (continues ^ (three << 1 | three << 2)) | (other & ~three & ~continues);
    // Mostly 16 whole characters are there: what a character lacks shows where the next one begins.
    auto const next = _pdep_u64(mask{1} << characters_a_step, leads);
    if (next != 0 && (wrong & _blsmsk_u64(next)) == 0) [[likely]] {
        return {leads, characters_a_step, static_cast<std::int64_t>(_tzcnt_u64(next))};
    }
    return step_to_other(leads, three, wrong, count);
}

} // namespace

simple_characters read_simple_avx512(char const* text, std::int64_t size, bool after_space, char32_t* to,
                                     std::int64_t room) {
    // 'a' - 'A' is ' '.
    character_constants const k;
    simple_characters made{0, 0, after_space};
    while (made.read < size && made.written <= room) {
        auto const left = size - made.read;
        auto const count = left < block ? left : block;
        auto const bytes = left < block ? avx512_vector::load_part(text + made.read, left)
                                        : avx512_vector::load(text + made.read);
        mask const other = _mm512_movepi8_mask(bytes);
        if (other == 0) {
            put_ascii(bytes, count, made, to);
            continue;
        }
        auto const step = find_step(bytes, other, count);
        if (step.count == 0) {
            break;
        }
        // The bytes of each character in its lane of 32 bits.
        auto const first = _mm512_maskz_compress_epi8(step.leads, _mm512_loadu_si512(positions.values));
        auto const places = _mm512_add_epi8(_mm512_permutexvar_epi8(k.lane, first), k.offset);
        auto const encoded = _mm512_permutexvar_epi8(places, bytes);
        auto const lead = _mm512_and_si512(encoded, k.low_byte);
        auto const high = _mm512_slli_epi32(_mm512_and_si512(encoded, k.low_four), 12);
        auto const middle = _mm512_and_si512(_mm512_srli_epi32(encoded, 2), k.middle_six);
        auto const low = _mm512_and_si512(_mm512_srli_epi32(encoded, 16), k.low_six);
        auto const ascii = _mm512_cmplt_epu32_mask(lead, k.ascii_end);
        auto characters =
            _mm512_mask_mov_epi32(_mm512_ternarylogic_epi32(high, middle, low, 0xFE), ascii, lead);

        auto const within = [&](__m512i begin, __m512i extent) {
            return _mm512_cmplt_epu32_mask(_mm512_sub_epi32(characters, begin), extent);
        };
        // A shift by 32 or more, as by any distance below 0, leaves nothing.
        auto const from_dash = _mm512_sub_epi32(characters, k.first_of_dashes);
        auto const from_mark = _mm512_sub_epi32(characters, k.first_of_marks);
        auto const listed = _mm512_test_epi32_mask(_mm512_or_si512(_mm512_srlv_epi32(k.dash_bits, from_dash),
                                                                   _mm512_srlv_epi32(k.mark_bits, from_mark)),
                                                   k.one);
        auto const full_width = within(k.full_width, k.full_width_extent);
        auto const simple = static_cast<__mmask16>(ascii | within(k.han, k.han_extent) | full_width | listed);
        auto const active = static_cast<__mmask16>(_bzhi_u32(0xFFFF, static_cast<unsigned>(step.count)));
        auto const control_space = _mm512_test_epi32_mask(
            _mm512_srlv_epi32(k.space_bits, _mm512_sub_epi32(characters, k.one)), k.one);
        auto const spaces =
            static_cast<__mmask16>((control_space | _mm512_testn_epi32_mask(from_mark, from_mark)) & active);
        characters = _mm512_mask_sub_epi32(characters, full_width, characters, k.distance);
        characters = _mm512_mask_add_epi32(characters, within(k.capital, k.num_letters), characters, k.space);
        characters = _mm512_mask_mov_epi32(characters, spaces, k.space);
        auto taken = active;
        auto bytes_taken = step.bytes;
        if (auto const others = static_cast<__mmask16>(active & ~simple); others != 0) {
            auto const taken_characters = _tzcnt_u32(others);
            taken = static_cast<__mmask16>(_bzhi_u32(0xFFFF, taken_characters));
            bytes_taken =
                static_cast<std::int64_t>(_tzcnt_u64(_pdep_u64(mask{1} << taken_characters, step.leads)));
        }
        auto const kept = static_cast<__mmask16>(without_repeated_spaces(spaces, made.after_space) & taken);
        _mm512_storeu_si512(to + made.written, _mm512_maskz_compress_epi32(kept, characters));
        if (taken != 0) {
            made.written += _mm_popcnt_u32(kept);
            made.read += bytes_taken;
            made.after_space = (static_cast<std::uint32_t>(spaces & taken) &
                                (static_cast<std::uint32_t>(taken) + 1) >> 1) != 0;
        }
        if (taken != active) {
            break;
        }
    }
    return made;
}

} // namespace newsgpu::cpu
