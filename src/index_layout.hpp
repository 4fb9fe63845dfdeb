#pragma once

#include <array>
#include <cstdint>

// The head of an index file, as docs/index-format.md describes it: little-endian, every field at a multiple
// of its size.

namespace newsgpu {

/// As in PNG: a byte that is no text, a name, and line ends that a transfer as text would change.
inline constexpr std::array<unsigned char, 8> index_magic{0x8A, 'n', 'g', 'd', 'u', 'p', '\r', '\n'};
inline constexpr std::uint32_t index_version = 4;

/// Sections begin at multiples of this, and are padded with zeros to one.
inline constexpr std::int64_t section_alignment = 64;

struct index_head {
    std::array<unsigned char, 8> magic = index_magic;
    std::uint32_t version = index_version;
    std::uint32_t num_sections = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t fingerprint = 0;
    double threshold = 0;
    double recall = 0;
    std::uint64_t seed = 0;
    std::int32_t unit = 0;
    std::int32_t n = 0;
    std::int32_t similarity = 0;
    std::int32_t method = 0;
    std::int32_t num_minima = 0;
    std::int32_t bands = 0;
    std::int32_t rows = 0;
    std::int32_t min_agreement = 0;
    double expected_recall = 1;
    std::array<char, 24> icu{};
    /// Of the head and the directory with this field 0, padded.
    std::uint64_t checksum = 0;
};
static_assert(sizeof(index_head) == 128);

enum class section_kind : std::uint32_t {
    id_offsets = 1,
    id_bytes,
    text_documents,
    set_offsets,
    shingles,
    sketches,
    identities,
    copies,
    table,
};
inline constexpr std::uint32_t num_plain_sections = 8;

/// An entry of the directory behind the head.
struct section_entry {
    section_kind kind;
    std::uint32_t number; ///< which of the tables; 0 for the other kinds
    std::uint64_t offset;
    std::uint64_t bytes;    ///< without padding
    std::uint64_t checksum; ///< with padding
};
static_assert(sizeof(section_entry) == 32);

constexpr std::int64_t padded(std::int64_t bytes) {
    return (bytes + section_alignment - 1) / section_alignment * section_alignment;
}

} // namespace newsgpu
