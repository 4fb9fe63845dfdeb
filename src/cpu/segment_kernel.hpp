#pragma once

#include "cpu/ascii_kinds.hpp"
#include "cpu/simd_level.hpp"
#include "cpu/word_lookup.hpp"
#include "element/code_point_table.hpp"
#include "element/dictionary.hpp"
#include "element/normalize.hpp"

#include <cstdint>

// The inner loops of segmentation, compiled once for each simd_level. What they share with the rest of the
// program is plain data: no inline function may be compiled for more than one instruction set (see
// element/host_device.hpp).

namespace newsgpu::cpu {

/// One byte about each code point.
struct character_tables {
    element::code_point_table<std::uint8_t> classes;
    std::uint8_t ascii_classes[128];
    std::uint8_t han_class; ///< that of U+4E00
    bool han_is_uniform;    ///< and of all of U+4E00..9FFF
};

/// What segmentation looks up. `classes` are a word class and its marks.
struct segment_tables : character_tables {
    element::dictionary dictionary;
    std::uint8_t ascii_flags[128]; ///< element::class_flags::first
    std::uint8_t flags[3][32];     ///< element::class_flags of each class
    bool ascii_is_plain;           ///< no ASCII character has a flag outside the first byte that a rule needs
};

/// A span of a document that ICU has to divide, in bytes of the document.
struct exact_span {
    std::int64_t begin, end;
};

/// Scratch and results of one step. Bit i of a plane is about the byte `begin + i`; planes have room for
/// `plane_words()` words.
struct segment_window {
    // A code point takes at most four bytes; two words more for what sticks out.
    static constexpr std::int64_t plane_words(std::int64_t capacity) { return capacity / 16 + 2; }

    std::int64_t capacity = 0; ///< code points, a multiple of 64

    /// Bytes where a segment ends right before, without `begin` itself but with `end`; the bits of the
    /// segment's kind.
    std::uint64_t *cut = nullptr, *low = nullptr, *high = nullptr;
    std::int64_t begin = 0, end = 0;

    exact_span* exact = nullptr; ///< [capacity]
    std::int64_t num_exact = 0;

    // Per code point.
    std::uint16_t* codes = nullptr;   ///< 0 for those outside the Basic Multilingual Plane
    std::uint8_t* classes = nullptr;  ///< rounded up to 64
    std::uint32_t* entries = nullptr; ///< the dictionary's entry of the pair that begins here
    // A bit for each byte: a code point begins here.
    std::uint64_t* leads = nullptr;
    // A bit for each code point.
    std::uint64_t *char_cut = nullptr, *char_low = nullptr, *char_high = nullptr, *rule_cut = nullptr,
                  *exact_chars = nullptr, *kanakanji = nullptr, *katakana = nullptr, *extend = nullptr,
                  *reached = nullptr, *cover = nullptr, *wins = nullptr, *longer = nullptr,
                  *grouped = nullptr;
    struct long_word {
        std::uint32_t start, length, cost;
    };
    long_word *long_words = nullptr, *groups = nullptr; ///< in order of `start`
    struct prefix {
        std::uint32_t start, bits;
    };
    prefix* prefixes = nullptr;
    std::uint32_t* keys = nullptr;
};

struct segment_counts {
    std::int64_t words = 0, segments = 0;
};

/// Cuts text from `at`, the end of a segment or 0, to the planes; `size` is the document's length. Sets
/// window.begin and window.end, the end of the last segment that is certain; they are equal if there is none.
template <class Tables>
using cut_function = void(Tables const&, segment_window&, char const* text, std::int64_t size,
                          std::int64_t at);

/// Counts what the cut_function of the same name cuts. Where the window has spans for ICU nothing is counted
/// and the planes are filled.
template <class Tables>
using count_function = void(Tables const&, segment_window&, char const* text, std::int64_t size,
                            std::int64_t at, segment_counts& counts);

/// The loops for tokens that single characters decide; `classes` are element::character_flag.
struct character_kernel {
    cut_function<character_tables>*cut_ascii, *cut_any;
    count_function<character_tables>*count_ascii, *count_any;
};

/// What segment_kernel::map_simple did.
struct simple_progress {
    std::int64_t read, written;
    /// Where the last code point that is not plain came from and went to; -1 if there was none.
    std::int64_t last_from, last_to;
};

/// The loops of one level.
struct segment_kernel {
    cut_function<segment_tables>*cut_ascii, *cut_any;
    count_function<segment_tables>*count_ascii, *count_any;
    character_kernel word_runs, word_character_runs, characters, space_runs;
    /// Where the tokens of a window, or all of its segments, begin and end, `base` added; returns how many
    /// there are. Up to 64 positions more may be overwritten.
    std::int64_t (*find_tokens)(segment_window const&, std::int64_t num_words, std::uint32_t base,
                                std::uint32_t* starts, std::uint32_t* ends);
    std::int64_t (*find_segments)(segment_window const&, std::int64_t num_words, std::uint32_t base,
                                  std::uint32_t* starts, std::uint32_t* ends);
    /// Likewise from `num_words` words each of cut, low and high, end to end, with the status of each kind.
    std::int64_t (*place_tokens)(std::uint64_t const* planes, std::int64_t num_words, std::int64_t base,
                                 std::uint16_t const* statuses, std::int64_t* starts, std::int64_t* ends,
                                 std::uint16_t* status);
    std::int64_t (*place_segments)(std::uint64_t const* planes, std::int64_t num_words, std::int64_t base,
                                   std::uint16_t const* statuses, std::int64_t* starts, std::int64_t* ends,
                                   std::uint16_t* status);
    bool (*is_ascii)(char const* text, std::int64_t size);
    /// A bit for each byte, at least where a character outside ASCII and U+4000..9FFF begins or text is
    /// ill-formed. Returns whether there is anything but ASCII.
    bool (*mark_others)(char const* text, std::int64_t size, std::uint64_t* marks);
    /// Copies ASCII text, in small letters if `lower`, and finds its tokens: the runs of characters that
    /// have a kind. Positions have `base` added. Returns how many there are, -1 if there is other text. Whole
    /// blocks of 64 bytes are written, and 64 positions too many. `scan_ascii_words` leaves out single
    /// characters; the tokens of `scan_ascii_segments` are ICU's segments with a letter, a number or two
    /// connectors, by segment_kinds.
    using scan_function = std::int64_t(ascii_kinds const&, bool lower, char const* text, std::int64_t size,
                                       char* to, std::uint32_t base, std::uint32_t* starts,
                                       std::uint32_t* ends);
    scan_function *scan_ascii_runs, *scan_ascii_words, *scan_ascii_segments;
    /// Makes the keys of `count` words `text[starts[i], ends[i])`, at most a group, compares each with the
    /// key that its slot leads to, and says which differ; returns how many do. 16 bytes behind every start
    /// can be read.
    std::int64_t (*look_up_words)(word_lookup const&, char const* text, std::uint32_t const* starts,
                                  std::uint32_t const* ends, std::int64_t count, word_group& group);
    /// Copies `size` bytes and lowers ASCII letters; whole blocks of 64 bytes are written.
    void (*copy_lowered)(char const* from, std::int64_t size, char* to);
    /// Writes the form of `size` bytes to `to`, until `room` is short or a code point that joins, U+03A3 or
    /// an ill-formed byte. ASCII and plain characters stay as they are: U+4000..9FFF, U+3001..3011,
    /// U+2018..201D.
    using map_function = void(element::normalization_table const&, char const* from, std::int64_t size,
                              char* to, std::int64_t room, simple_progress&);
    /// [whether ASCII letters are lowered][whether U+FF01..FF5E become ASCII, lowered or not]
    map_function* map_simple[2][2];
    /// How many bytes of ASCII and plain characters there are; without an ASCII capital.
    std::int64_t (*measure_plain)(char const* from, std::int64_t size);
    std::int64_t (*measure_lowered)(char const* from, std::int64_t size);
};

segment_kernel const& segment_kernel_of(simd_level level);

} // namespace newsgpu::cpu
