#pragma once

#include "element/host_device.hpp"

#include <cstdint>
#include <string_view>

// 64-bit hashes that are the same on every machine. A hash never decides an answer by itself: where a
// collision could change a result, bytes are compared, or the public documentation states the bound.

namespace newsgpu::element {

/// The finaliser of MurmurHash3 (Appleby 2011) with David Stafford's "Mix13" constants: a bijection of 64
/// bits.
NEWSGPU_HD constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
    return x ^ (x >> 31);
}

/// Order matters: combine(a, b) != combine(b, a).
NEWSGPU_HD constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
    return mix(seed * 0x9E37'79B9'7F4A'7C15 + value + 0x632B'E59B'D9B4'E019);
}

/// The two halves of the 128-bit product, xored.
NEWSGPU_HD constexpr std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
    __extension__ using wide = unsigned __int128;
    auto const product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Hashes bytes sixteen a step with one multiplication each, in the manner of wyhash (Wang 2019).
///
/// A factor that becomes zero would hide the other one. The highest byte of both secrets is 0xFF or 0xFE,
/// which occurs nowhere in UTF-8, so no text does that to an unseeded hash; a seed makes the rest
/// unpredictable too.
class byte_hasher {
public:
    NEWSGPU_HD constexpr explicit byte_hasher(std::uint64_t seed = 0)
        : low_secret_{0xFF51'AFD7'ED55'8CCD ^ mix(seed) >> 8},
          high_secret_{0xFEB9'FE1A'85EC'53A7 ^ mix(~seed) >> 8} {}

    NEWSGPU_HD constexpr std::uint64_t operator()(std::string_view text) const {
        auto const* bytes = text.data();
        auto length = text.size();
        std::uint64_t state = 0;
        for (; length > 16; bytes += 16, length -= 16) {
            state = step(state, load(bytes, 8), load(bytes + 8, 8));
        }
        auto const low = load(bytes, length < 8 ? length : 8);
        auto const high = length > 8 ? load(bytes + 8, length - 8) : 0;
        return finish(state, low, high, text.size());
    }

    /// The same answer for at most 16 bytes of which 16 can be read, whatever follows the text.
    NEWSGPU_HD std::uint64_t short_text(char const* bytes, std::uint64_t length) const {
        auto const low_bytes = length < 8 ? length : 8;
        return finish(0, load_whole(bytes) & mask(low_bytes),
                      load_whole(bytes + 8) & mask(length - low_bytes), length);
    }

    /// The same in steps, for texts that are not loaded byte by byte: `step` takes sixteen bytes as two
    /// little-endian words, and is called as long as more than sixteen are left; `finish` takes the rest,
    /// zeros behind it, and the length of all. The state before is 0.
    NEWSGPU_HD constexpr std::uint64_t step(std::uint64_t state, std::uint64_t low,
                                            std::uint64_t high) const {
        return fold_multiply(low ^ low_secret_ ^ state, high ^ high_secret_);
    }
    NEWSGPU_HD constexpr std::uint64_t finish(std::uint64_t state, std::uint64_t low, std::uint64_t high,
                                              std::uint64_t length) const {
        return fold_multiply(low ^ low_secret_ ^ state, high ^ high_secret_ ^ length << 48);
    }

    /// What `step` and `finish` set against the words, for those that hash several texts at once.
    NEWSGPU_HD constexpr std::uint64_t low_secret() const { return low_secret_; }
    NEWSGPU_HD constexpr std::uint64_t high_secret() const { return high_secret_; }

private:
    /// All ones in the lowest `bytes` bytes, 0 to 8.
    NEWSGPU_HD static constexpr std::uint64_t mask(std::uint64_t bytes) {
        return bytes == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * bytes);
    }

    /// Little-endian on every machine.
    NEWSGPU_HD static constexpr std::uint64_t load(char const* bytes, std::uint64_t count) {
        std::uint64_t word = 0;
        for (std::uint64_t k = 0; k < count; ++k) {
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[k])) << (8 * k);
        }
        return word;
    }
    NEWSGPU_HD static std::uint64_t load_whole(char const* bytes) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        std::uint64_t word;
        __builtin_memcpy(&word, bytes, sizeof word);
        return word;
#else
        return load(bytes, 8);
#endif
    }

    std::uint64_t low_secret_, high_secret_;
};

/// The hash of a string of any length.
NEWSGPU_HD constexpr std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed = 0) {
    return byte_hasher{seed}(text);
}

} // namespace newsgpu::element
