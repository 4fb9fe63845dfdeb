#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// Remembers of hashes whether they were seen once or more often, two bits a slot. Hashes that share a slot
/// count as one, so it may say "twice" of a hash seen once, never the reverse.
class twice_table {
public:
    /// Hashes that differ in their highest bits, this many, lie in different bytes: they may be entered by
    /// different threads.
    static constexpr int independent_bits = 6;

    /// Eight slots a hash or more: at most one hash in eight is taken for another.
    explicit twice_table(std::int64_t num_hashes)
        : shift_{64 - slot_bits(num_hashes)}, bytes_(std::size_t{1} << (62 - shift_), 0) {}

    /// What a table for so many hashes takes.
    static std::int64_t bytes_for(std::int64_t num_hashes) {
        return std::int64_t{1} << (slot_bits(num_hashes) - 2);
    }

    void insert(std::uint64_t hash) {
        auto const slot = hash >> shift_;
        auto const bit = (slot & 3) * 2;
        auto& byte = bytes_[slot >> 2];
        auto const seen = byte >> bit & 1;
        byte = static_cast<std::uint8_t>(byte | (1 | seen << 1) << bit);
    }

    bool is_twice(std::uint64_t hash) const {
        auto const slot = hash >> shift_;
        return (bytes_[slot >> 2] >> ((slot & 3) * 2 + 1) & 1) != 0;
    }

    [[gnu::always_inline]] void prefetch(std::uint64_t hash) const {
        __builtin_prefetch(&bytes_[hash >> shift_ >> 2]);
    }

private:
    static int slot_bits(std::int64_t num_hashes) {
        return std::max(8, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(num_hashes))) + 3);
    }

    int shift_;
    std::vector<std::uint8_t> bytes_;
};

} // namespace newsgpu::cpu
