#pragma once

#include "cpu/segment_scan.hpp"
#include "cpu/vector_avx512.hpp"
#include "element/word_break.hpp"

#if defined(__AVX512VBMI2__) && defined(__AVX512VBMI__) && defined(__AVX512BW__)

namespace newsgpu::cpu {

/// (first, first + 1, ...) modulo 64.
struct byte_numbers {
    std::uint8_t values[64];

    consteval explicit byte_numbers(int first) : values{} {
        for (int i = 0; i < 64; ++i) {
            values[i] = static_cast<std::uint8_t>((first + i) % 64);
        }
    }
};
inline constexpr byte_numbers numbers_here{0}, numbers_before{63};

/// Decoding of 64 bytes and look-ups of 16 pairs at a time.
struct avx512_scan {
    using plain = plain_scan<avx512_vector>;
    using mask = std::uint64_t;
    static constexpr std::int64_t block = plain::block;

    template <class Decoded>
    static Decoded decode(character_tables const& tables, segment_window& window, char const* text,
                          std::int64_t size, std::int64_t begin) {
        auto const made = plain::decode_with<avx512_scan, Decoded>(tables, window, text, size, begin);
        for (std::int64_t first = 0; first < made.num_chars; first += block) {
            classify(tables, window, first);
        }
        return made;
    }

    /// Decodes the code points that begin in [base, base + 64), but for their classes.
    static void decode_block(character_tables const& tables, segment_window& window, char const* text,
                             std::int64_t size, std::int64_t begin, std::int64_t word, std::int64_t& at,
                             std::int64_t last, std::int64_t& count, bool& other_seen) {
        auto const base = begin + word * block;
        auto const left = size - base;
        auto const here = load(text + base, left);
        auto const other = _mm512_movepi8_mask(here);
        auto* const codes = window.codes + count;
        // Classes come later, but for those that codes do not tell: U+0000 and what is outside the Basic
        // Multilingual Plane, which plain::decode_block writes.
        _mm512_storeu_si512(window.classes + count,
                            _mm512_set1_epi8(static_cast<char>(tables.ascii_classes[0])));
        if (other == 0) {
            _mm512_storeu_si512(codes, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(here)));
            _mm512_storeu_si512(codes + 32, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(here, 1)));
            window.leads[word] = avx512_vector::first(left);
            count += last - base;
            at = last;
            return;
        }
        auto const second = load(text + base + 1, left - 1), third = load(text + base + 2, left - 2);
        auto const not_ascii = avx512_vector::first(left);
        auto const at_least = [&](int byte) {
            return _mm512_mask_cmpge_epu8_mask(not_ascii, here, _mm512_set1_epi8(static_cast<char>(byte)));
        };
        mask const continues = continuations(here), two = at_least(0xC0), three = at_least(0xE0),
                   four = at_least(0xF0);
        mask const carried = (mask{1} << (at - base)) - 1;
        auto const stray = continues ^ (two << 1 | three << 2 | carried);
        auto const missing = (two & ~continuations(second)) | (three & ~continuations(third));
        auto const leads = avx512_vector::first(left) & ~continues;
        auto const n = __builtin_popcountll(leads);
        // Every byte belongs to a whole code point of at most three, or they are decoded one by one.
        bool plain_block = (four | stray | missing) == 0;
        if (plain_block) {
            auto const first_bytes = _mm512_maskz_compress_epi8(leads, here);
            auto const second_bytes = _mm512_maskz_compress_epi8(leads, second);
            auto const third_bytes = _mm512_maskz_compress_epi8(leads, third);
            mask bad = 0;
            bad |= decode_32(codes, _mm512_castsi512_si256(first_bytes), _mm512_castsi512_si256(second_bytes),
                             _mm512_castsi512_si256(third_bytes));
            if (n > 32) {
                bad |= decode_32(codes + 32, _mm512_extracti64x4_epi64(first_bytes, 1),
                                 _mm512_extracti64x4_epi64(second_bytes, 1),
                                 _mm512_extracti64x4_epi64(third_bytes, 1));
            }
            plain_block = bad == 0;
        }
        if (!plain_block) {
            plain::decode_block(tables, window, text, size, begin, word, at, last, count, other_seen);
            return;
        }
        other_seen = true;
        window.leads[word] = leads;
        count += n;
        at = last + static_cast<std::int64_t>(three >> 63) +
             static_cast<std::int64_t>((two >> 63 | three >> 62) & 1);
    }

    static void locate_pairs(element::dictionary const& dictionary, segment_window& window, std::int64_t word,
                             mask pairs) {
        for (int k = 0; k < block; k += 16) {
            if ((pairs >> k & 0xFFFF) == 0) {
                continue;
            }
            auto const at = word * block + k;
            auto const hash = hash_16(window.codes + at);
            auto const bucket =
                _mm512_and_si512(hash, _mm512_set1_epi32(static_cast<int>(dictionary.pairs.bucket_mask)));
            auto const pilot = _mm512_and_si512(_mm512_i32gather_epi32(bucket, dictionary.pairs.pilots, 1),
                                                _mm512_set1_epi32(0xFF));
            auto const factor = _mm512_or_si512(_mm512_add_epi32(pilot, pilot), _mm512_set1_epi32(1));
            auto const place =
                _mm512_srl_epi32(_mm512_mullo_epi32(hash, factor),
                                 _mm_cvtsi32_si128(static_cast<int>(dictionary.pairs.slot_shift)));
            _mm512_storeu_si512(window.entries + at, place);
            for (int i = 0; i < 16; ++i) {
                __builtin_prefetch(dictionary.pairs.slots + window.entries[at + i]);
            }
        }
    }

    static found_pairs read_pairs(element::dictionary const& dictionary, segment_window& window,
                                  std::int64_t word, mask pairs) {
        using element::dictionary_entry;
        using element::pair_slot;
        found_pairs found;
        for (int k = 0; k < block; k += 16) {
            auto const wanted = static_cast<__mmask16>(pairs >> k);
            if (wanted == 0) {
                continue;
            }
            auto const at = word * block + k;
            auto const place = _mm512_loadu_si512(window.entries + at);
            auto const slot = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), wanted, place,
                                                          dictionary.pairs.slots, sizeof(std::uint32_t));
            auto const rest =
                _mm512_xor_si512(slot, _mm512_slli_epi32(hash_16(window.codes + at), pair_slot::known_bits));
            auto const same =
                _mm512_mask_cmple_epu32_mask(wanted, rest, _mm512_set1_epi32(pair_slot::known_mask));
            auto const longer =
                _mm512_mask_test_epi32_mask(same, slot, _mm512_set1_epi32(pair_slot::longer_bit));
            auto const node = _mm512_maskz_slli_epi32(longer, _mm512_add_epi32(place, _mm512_set1_epi32(1)),
                                                      dictionary_entry::node_shift);
            auto const known =
                _mm512_maskz_and_epi32(same, slot, _mm512_set1_epi32(pair_slot::longer_bit - 1));
            _mm512_storeu_si512(window.entries + at, _mm512_or_si512(known, node));
            found.words |= mask{_mm512_test_epi32_mask(known, _mm512_set1_epi32(dictionary_entry::cost_mask))}
                           << k;
            found.wins |= mask{_mm512_test_epi32_mask(known, _mm512_set1_epi32(dictionary_entry::wins_bit))}
                          << k;
            found.longer |= mask{longer} << k;
        }
        return found;
    }

    /// Writes where the wanted parts among the cuts of 64 bytes are; returns how many. `begin` is the cut
    /// before these; up to 64 positions are overwritten.
    static std::int64_t find_word(mask cut, mask wanted, std::uint32_t begin, std::uint32_t here,
                                  std::uint32_t* starts, std::uint32_t* ends) {
        auto const cuts = _mm512_maskz_compress_epi8(cut, _mm512_loadu_si512(numbers_here.values));
        auto const before = _mm512_permutexvar_epi8(_mm512_loadu_si512(numbers_before.values), cuts);
        auto const chosen = _pext_u64(wanted, cut);
        auto const last = _mm512_maskz_compress_epi8(chosen, cuts),
                   first = _mm512_maskz_compress_epi8(chosen, before);
        auto const n = __builtin_popcountll(chosen);
        auto const base = _mm512_set1_epi32(static_cast<int>(here));
        auto const put = [&](int i, __m128i firsts, __m128i lasts) {
            _mm512_storeu_si512(starts + i, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(firsts)));
            _mm512_storeu_si512(ends + i, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(lasts)));
        };
        put(0, _mm512_castsi512_si128(first), _mm512_castsi512_si128(last));
        if (n > 16) {
            put(16, _mm512_extracti32x4_epi32(first, 1), _mm512_extracti32x4_epi32(last, 1));
            if (n > 32) {
                put(32, _mm512_extracti32x4_epi32(first, 2), _mm512_extracti32x4_epi32(last, 2));
                put(48, _mm512_extracti32x4_epi32(first, 3), _mm512_extracti32x4_epi32(last, 3));
            }
        }
        if ((chosen & 1) != 0) {
            *starts = begin;
        }
        return n;
    }

    /// Writes the wanted parts among the cuts of 64 bytes; returns how many. `begin` is the cut before these.
    static std::int64_t place_word(element::cut_words const& words, mask wanted, std::int64_t begin,
                                   std::int64_t here, std::uint16_t const* statuses, std::int64_t* starts,
                                   std::int64_t* ends, std::uint16_t* status) {
        if (wanted == 0) {
            return 0;
        }
        // Cuts as bytes, and each one's predecessor in the same lane.
        auto const cuts = _mm512_maskz_compress_epi8(words.cut, _mm512_loadu_si512(numbers_here.values));
        auto const before = _mm512_permutexvar_epi8(_mm512_loadu_si512(numbers_before.values), cuts);
        auto const chosen = _pext_u64(wanted, words.cut);
        auto const last = _mm512_maskz_compress_epi8(chosen, cuts),
                   first = _mm512_maskz_compress_epi8(chosen, before);
        auto const n = __builtin_popcountll(wanted);
        auto const base = _mm512_set1_epi64(here);
        alignas(64) std::uint8_t first_bytes[64], last_bytes[64];
        _mm512_store_si512(first_bytes, first);
        _mm512_store_si512(last_bytes, last);
        auto const widen = [&](std::uint8_t const* from) {
            return _mm512_add_epi64(
                base, _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<__m128i const*>(from))));
        };
        for (int i = 0; i < n; i += 8) {
            auto const lanes = static_cast<__mmask8>(n - i >= 8 ? 0xFF : (1 << (n - i)) - 1);
            _mm512_mask_storeu_epi64(starts + i, lanes, widen(first_bytes + i));
            _mm512_mask_storeu_epi64(ends + i, lanes, widen(last_bytes + i));
        }
        if ((chosen & 1) != 0) {
            *starts = begin;
        }
        auto const low = _pext_u64(words.low, wanted), high = _pext_u64(words.high, wanted);
        for (int i = 0; i < n; i += 32) {
            auto const value = [&](int k) { return _mm512_set1_epi16(static_cast<short>(statuses[k])); };
            auto const is_low = static_cast<__mmask32>(low >> i), is_high = static_cast<__mmask32>(high >> i);
            auto of_kind = _mm512_mask_mov_epi16(value(0), is_low, value(1));
            of_kind =
                _mm512_mask_mov_epi16(of_kind, is_high, _mm512_mask_mov_epi16(value(2), is_low, value(3)));
            _mm512_mask_storeu_epi16(status + i, static_cast<__mmask32>(avx512_vector::first(n - i)),
                                     of_kind);
        }
        return n;
    }

private:
    static __m512i load(char const* from, std::int64_t left) {
        return left >= block ? _mm512_loadu_si512(from)
                             : _mm512_maskz_loadu_epi8(left > 0 ? avx512_vector::first(left) : 0, from);
    }
    static mask continuations(__m512i bytes) {
        // 0x80..0xBF are the least of signed bytes.
        return _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(static_cast<char>(0xC0)));
    }

    /// Decodes 32 code points of one to three bytes. Returns which of them are not well-formed.
    static std::uint32_t decode_32(std::uint16_t* codes, __m256i first, __m256i second, __m256i third) {
        auto const one = _mm512_cvtepu8_epi16(first);
        auto const low = _mm512_set1_epi16(0x3F);
        auto const two = _mm512_and_si512(_mm512_cvtepu8_epi16(second), low);
        auto const three = _mm512_and_si512(_mm512_cvtepu8_epi16(third), low);
        auto const is_two = _mm512_cmpge_epu16_mask(one, _mm512_set1_epi16(0xC0));
        auto const is_three = _mm512_cmpge_epu16_mask(one, _mm512_set1_epi16(0xE0));
        auto const of_two =
            _mm512_or_si512(_mm512_slli_epi16(_mm512_and_si512(one, _mm512_set1_epi16(0x1F)), 6), two);
        auto const of_three =
            _mm512_or_si512(_mm512_slli_epi16(one, 12), _mm512_or_si512(_mm512_slli_epi16(two, 6), three));
        auto code = _mm512_mask_mov_epi16(one, is_two, of_two);
        code = _mm512_mask_mov_epi16(code, is_three, of_three);
        _mm512_storeu_si512(codes, code);
        auto const surrogate = _mm512_mask_cmpeq_epi16_mask(
            is_three, _mm512_and_si512(code, _mm512_set1_epi16(static_cast<short>(0xF800))),
            _mm512_set1_epi16(static_cast<short>(0xD800)));
        return surrogate | _mm512_mask_cmplt_epu16_mask(is_three, code, _mm512_set1_epi16(0x800)) |
               _mm512_mask_cmplt_epu16_mask(is_two, code, _mm512_set1_epi16(0x80));
    }

    /// Classes of 64 code points; those with code 0 have theirs.
    static void classify(character_tables const& tables, segment_window& window, std::int64_t first) {
        auto* const codes = window.codes + first;
        auto* const classes = window.classes + first;
        auto const low = _mm512_loadu_si512(codes), high = _mm512_loadu_si512(codes + 32);
        auto const each = [&](auto test) { return mask{test(low)} | mask{test(high)} << 32; };
        auto const han = each([](__m512i c) {
            return _mm512_cmplt_epu16_mask(_mm512_sub_epi16(c, _mm512_set1_epi16(0x4E00)),
                                           _mm512_set1_epi16(0x5200));
        });
        auto const ascii =
            each([](__m512i c) { return _mm512_cmplt_epu16_mask(c, _mm512_set1_epi16(0x80)); });
        auto const zero = each([](__m512i c) { return _mm512_testn_epi16_mask(c, c); });
        auto const bytes = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(low)),
                                              _mm512_cvtepi16_epi8(high), 1);
        auto made = avx512_vector::look_up_128(tables.ascii_classes, bytes);
        auto const plain_han = tables.han_is_uniform ? han : mask{0};
        made = _mm512_mask_mov_epi8(made, plain_han, _mm512_set1_epi8(static_cast<char>(tables.han_class)));
        _mm512_mask_storeu_epi8(classes, ~zero, made);
        for (auto others = ~(plain_han | ascii); others != 0; others &= others - 1) {
            auto const i = __builtin_ctzll(others);
            classes[i] = tables.classes[codes[i]];
        }
    }

    static __m512i hash_16(std::uint16_t const* codes) {
        auto const load_16 = [](std::uint16_t const* from) {
            return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(from)));
        };
        auto const pair = _mm512_or_si512(_mm512_slli_epi32(load_16(codes), 16), load_16(codes + 1));
        auto const hash = _mm512_mullo_epi32(pair, _mm512_set1_epi32(static_cast<int>(element::pair_factor)));
        return _mm512_xor_si512(hash, _mm512_srli_epi32(hash, element::pair_shift));
    }
};

} // namespace newsgpu::cpu

#endif
