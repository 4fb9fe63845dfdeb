#include "element/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using newsgpu::element::byte_hasher;
using newsgpu::element::hash_bytes;

TEST(Hash, ShortTextsHashTheSameWhateverFollowsThem) {
    std::string const text = "abcdefghijklmnop";
    for (std::uint64_t const seed : {0, 77}) {
        byte_hasher const hasher{seed};
        for (std::size_t length = 0; length <= 16; ++length) {
            for (char const filler : {'\0', 'x', '\xFF'}) {
                auto const padded = text.substr(0, length) + std::string(32, filler);
                EXPECT_EQ(hasher.short_text(padded.data(), length), hasher(text.substr(0, length)));
            }
        }
    }
}

TEST(Hash, TextsThatDifferALittleHashDifferently) {
    std::set<std::uint64_t> hashes;
    std::size_t texts = 0;
    for (std::size_t length = 0; length < 70; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            for (char const c : {'\0', 'b'}) {
                auto text = std::string(length, 'a');
                text[at] = c;
                hashes.insert(hash_bytes(text));
                ++texts;
            }
        }
        hashes.insert(hash_bytes(std::string(length, 'a')));
        ++texts;
    }
    EXPECT_EQ(hashes.size(), texts);
}

TEST(Hash, EveryBitOfTheInputChangesHalfOfTheOutput) {
    std::string const text = "the quick brown fox jumps over it";
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        auto flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
        auto const changed = __builtin_popcountll(hash_bytes(text) ^ hash_bytes(flipped));
        // Six standard deviations of 64 fair coins.
        EXPECT_GT(changed, 32 - 24);
        EXPECT_LT(changed, 32 + 24);
    }
}

TEST(Hash, IsTheSameAtCompileTime) {
    static_assert(hash_bytes("news") != hash_bytes("views"));
    constexpr auto compiled = hash_bytes("the same everywhere");
    std::string const text = "the same everywhere";
    EXPECT_EQ(hash_bytes(text), compiled);
}

} // namespace
