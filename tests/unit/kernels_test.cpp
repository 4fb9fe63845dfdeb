#include "cpu/kernels.hpp"

#include "element/minhash.hpp"
#include "element/shingle.hpp"

#include <newsgpu/view.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace newsgpu;
using cpu::simd_level;

/// Every level this machine has gives what the scalar definition gives, whatever the length.
class Kernels : public testing::TestWithParam<simd_level> {
protected:
    void SetUp() override {
        if (GetParam() > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor lacks the instruction set";
        }
    }

    std::vector<std::uint64_t> draw(std::size_t size) {
        std::vector<std::uint64_t> values(size + cpu::kernel_padding);
        for (auto& value : values) {
            value = random_();
        }
        return values;
    }

    std::vector<std::uint32_t> draw_halves(std::size_t size) {
        std::vector<std::uint32_t> values(size + cpu::kernel_padding);
        for (auto& value : values) {
            value = static_cast<std::uint32_t>(random_());
        }
        return values;
    }

    struct drawn_tokens {
        std::string text;
        std::vector<std::uint32_t> starts, ends;

        std::string_view operator[](std::size_t i) const {
            return std::string_view{text}.substr(starts[i], ends[i] - starts[i]);
        }
    };

    std::string draw_text(std::size_t size) {
        std::string text(size, 'x');
        for (auto& byte : text) {
            byte = static_cast<char>(random_());
        }
        return text;
    }

    /// Tokens of every length up to three registers, at every distance from the end of what can be read.
    drawn_tokens draw_tokens() {
        drawn_tokens tokens{draw_text(200), {}, {}};
        for (std::uint32_t length = 0; length <= 48; ++length) {
            for (std::uint32_t start = 0; start + length + 16 <= tokens.text.size(); start += 7) {
                tokens.starts.push_back(start);
                tokens.ends.push_back(start + length);
            }
        }
        return tokens;
    }

    static constexpr std::int64_t position = 1000;

    static void expect_identity(view<std::uint64_t const> units, cpu::identity_sums const& sums) {
        std::uint64_t products = 0;
        std::uint64_t all_placed = 0;
        for (std::int64_t i = 0; i < units.size(); ++i) {
            auto const placed = element::place_unit(
                units[i], element::identity_offset(static_cast<std::uint64_t>(position + i)));
            products += element::identity_product(placed);
            all_placed += placed;
        }
        EXPECT_EQ(sums.products, products);
        EXPECT_EQ(sums.placed, all_placed);
    }

    static void expect_identified(std::vector<std::uint64_t> const& units, cpu::identity_sums const& sums,
                                  std::vector<std::uint32_t> const& halves) {
        expect_identity(units, sums);
        for (std::size_t i = 0; i < units.size(); ++i) {
            EXPECT_EQ(halves[i], static_cast<std::uint32_t>(units[i]));
        }
    }

    void expect_hashed(drawn_tokens const& tokens, element::byte_hasher const& hash) {
        auto const count = std::ssize(tokens.starts);
        std::vector<std::uint64_t> expected;
        for (std::size_t i = 0; i < tokens.starts.size(); ++i) {
            expected.push_back(hash(tokens[i]));
        }
        std::vector<std::uint64_t> hashes(expected.size());
        kernels_.hash_tokens(tokens.text.data(), tokens.starts.data(), tokens.ends.data(), count, hash,
                             hashes.data());
        EXPECT_EQ(hashes, expected);
        std::vector<std::uint32_t> halves(expected.size() + cpu::kernel_padding);
        expect_identified(expected,
                          kernels_.identify_tokens(tokens.text.data(), tokens.starts.data(),
                                                   tokens.ends.data(), count, hash, position, halves.data()),
                          halves);
    }

    cpu::kernels const& kernels_ = cpu::kernels_of(GetParam());
    std::mt19937_64 random_{1};
};

constexpr std::int64_t lengths[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100};

TEST_P(Kernels, SumIdentity) {
    for (auto const count : lengths) {
        std::vector<std::uint64_t> const units = draw(static_cast<std::size_t>(count));
        expect_identity({units.data(), count}, kernels_.sum_identity(units.data(), count, position));
    }
}

TEST_P(Kernels, CombineUnits) {
    for (auto const count : lengths) {
        for (std::int64_t const n : {1, 2, 3, 8}) {
            auto const units = draw(static_cast<std::size_t>(count + n));
            auto const multipliers = draw(static_cast<std::size_t>(n));
            std::vector<std::uint64_t> shingles(static_cast<std::size_t>(count) + cpu::kernel_padding);
            kernels_.combine_units(units.data(), count, multipliers.data(), n, shingles.data());
            for (std::int64_t i = 0; i < count; ++i) {
                std::uint64_t sum = 0;
                for (std::int64_t j = 0; j < n; ++j) {
                    sum += units[static_cast<std::size_t>(i + j)] * multipliers[static_cast<std::size_t>(j)];
                }
                EXPECT_EQ(shingles[static_cast<std::size_t>(i)], element::finish_shingle(sum));
            }
        }
    }
}

TEST_P(Kernels, HashCodePoints) {
    for (auto const count : lengths) {
        std::vector<char32_t> code_points(static_cast<std::size_t>(count) + cpu::kernel_padding);
        for (auto& c : code_points) {
            c = static_cast<char32_t>(random_() % 0x11'0000);
        }
        std::vector<std::uint64_t> units(code_points.size());
        kernels_.hash_code_points(code_points.data(), count, 9, units.data());
        for (std::int64_t i = 0; i < count; ++i) {
            auto const c = static_cast<std::uint64_t>(code_points[static_cast<std::size_t>(i)]);
            EXPECT_EQ(units[static_cast<std::size_t>(i)], element::hash_code_point(9, c));
        }
    }
}

TEST_P(Kernels, CombineLowUnits) {
    for (auto const count : lengths) {
        for (std::int64_t const n : {1, 2, 3, 8, 64}) {
            auto const units = draw_halves(static_cast<std::size_t>(count + n - 1));
            auto const multipliers = draw_halves(static_cast<std::size_t>(n));
            std::vector<std::uint32_t> shingles(static_cast<std::size_t>(count) + cpu::kernel_padding);
            kernels_.combine_low_units(units.data(), count, multipliers.data(), n, shingles.data());
            for (std::int64_t i = 0; i < count; ++i) {
                std::uint64_t sum = 0;
                for (std::int64_t j = 0; j < n; ++j) {
                    sum += std::uint64_t{units[static_cast<std::size_t>(i + j)]} *
                           multipliers[static_cast<std::size_t>(j)];
                }
                EXPECT_EQ(shingles[static_cast<std::size_t>(i)],
                          static_cast<std::uint32_t>(element::finish_shingle(sum)));
            }
        }
    }
}

TEST_P(Kernels, IdentifyCodePoints) {
    for (auto const count : lengths) {
        std::vector<char32_t> code_points(static_cast<std::size_t>(count) + cpu::kernel_padding);
        for (auto& c : code_points) {
            c = static_cast<char32_t>(random_() % 0x11'0000);
        }
        std::vector<std::uint64_t> units;
        for (std::int64_t i = 0; i < count; ++i) {
            units.push_back(element::hash_code_point(
                9, static_cast<std::uint64_t>(code_points[static_cast<std::size_t>(i)])));
        }
        std::vector<std::uint32_t> halves(code_points.size());
        expect_identified(
            units, kernels_.identify_code_points(code_points.data(), count, 9, position, halves.data()),
            halves);
    }
}

TEST_P(Kernels, IdentifyTokens) {
    auto const tokens = draw_tokens();
    element::byte_hasher const hash{11};
    for (auto const count : lengths) {
        std::vector<std::uint64_t> units;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            units.push_back(hash(tokens[i]));
        }
        std::vector<std::uint32_t> halves(units.size() + cpu::kernel_padding);
        expect_identified(units,
                          kernels_.identify_tokens(tokens.text.data(), tokens.starts.data(),
                                                   tokens.ends.data(), count, hash, position, halves.data()),
                          halves);
    }
}

TEST_P(Kernels, UpdateMinima) {
    for (auto const count : lengths) {
        for (std::int64_t const num_minima : {16, 32, 48, 64, 112, 160}) {
            auto const shingles = draw_halves(static_cast<std::size_t>(count));
            std::vector<std::uint32_t> multipliers;
            std::vector<std::uint32_t> expected;
            for (std::int64_t k = 0; k < num_minima; ++k) {
                if (k < num_minima / 2) {
                    multipliers.push_back(element::permutation_multiplier(4, k));
                }
                auto const permutation = element::make_permutation(4, k, num_minima);
                auto least = element::no_minimum;
                for (std::int64_t i = 0; i < count; ++i) {
                    least = std::min(least, permutation(shingles[static_cast<std::size_t>(i)]));
                }
                expected.push_back(least);
            }
            std::vector<std::uint32_t> minima(static_cast<std::size_t>(num_minima), element::no_minimum);
            kernels_.update_minima(shingles.data(), count, multipliers.data(), num_minima, minima.data());
            EXPECT_EQ(minima, expected);
        }
    }
}

TEST_P(Kernels, HashTokens) {
    expect_hashed(draw_tokens(), element::byte_hasher{11});
}

TEST_P(Kernels, ShortTokensAreHashedTogether) {
    // Four or eight of them, of any lengths: the tokens above come by their length.
    drawn_tokens tokens{draw_text(64 + 16), {}, {}};
    for (std::uint32_t length = 0; length <= 16; ++length) {
        tokens.starts.clear();
        tokens.ends.clear();
        for (std::uint32_t i = 0; i < 40; ++i) {
            tokens.starts.push_back(static_cast<std::uint32_t>(random_() % 48));
            tokens.ends.push_back(tokens.starts.back() + (length + i * (i % 3)) % 17);
        }
        expect_hashed(tokens, element::byte_hasher{5});
    }
}

TEST_P(Kernels, OneLongTokenAmongShortOnes) {
    drawn_tokens tokens{draw_text(64 + 16), {}, {}};
    for (std::uint32_t long_one = 0; long_one < 19; ++long_one) {
        for (std::uint32_t length = 15; length <= 33; ++length) {
            SCOPED_TRACE(std::to_string(length) + " bytes at " + std::to_string(long_one));
            tokens.starts.clear();
            tokens.ends.clear();
            for (std::uint32_t i = 0; i < 19; ++i) {
                tokens.starts.push_back(static_cast<std::uint32_t>(random_() % 31));
                tokens.ends.push_back(tokens.starts.back() + (i == long_one ? length : i % 17));
            }
            expect_hashed(tokens, element::byte_hasher{7});
        }
    }
}

TEST_P(Kernels, MinimumBytes) {
    for (std::size_t const size : {16, 48, 64, 128}) {
        std::vector<std::uint32_t> minima(size);
        for (auto& minimum : minima) {
            minimum = static_cast<std::uint32_t>(random_());
        }
        std::vector<std::uint8_t> bytes(size);
        kernels_.minimum_bytes(minima.data(), static_cast<std::int64_t>(size), bytes.data());
        for (std::size_t k = 0; k < size; ++k) {
            EXPECT_EQ(bytes[k], element::minimum_byte(minima[k]));
        }
    }
}

TEST_P(Kernels, CountEqual) {
    for (std::size_t const size : {16, 48, 64, 128, 4096}) {
        std::vector<std::uint8_t> a(size);
        std::vector<std::uint8_t> b(size);
        std::int64_t expected = 0;
        for (std::size_t i = 0; i < size; ++i) {
            a[i] = static_cast<std::uint8_t>(random_() % 3);
            b[i] = static_cast<std::uint8_t>(random_() % 3);
            expected += a[i] == b[i] ? 1 : 0;
        }
        EXPECT_EQ(kernels_.count_equal(a.data(), b.data(), static_cast<std::int64_t>(size)), expected);
        EXPECT_EQ(kernels_.count_equal(a.data(), a.data(), static_cast<std::int64_t>(size)),
                  static_cast<std::int64_t>(size));
    }
}

TEST_P(Kernels, CountDiffering) {
    for (std::size_t const size : {0, 1, 4, 5, 64}) {
        auto const a = draw(size);
        auto const b = draw(size);
        std::int64_t expected = 0;
        for (std::size_t bit = 0; bit < 64 * size; ++bit) {
            expected += (a[bit / 64] >> bit % 64 & 1) != (b[bit / 64] >> bit % 64 & 1) ? 1 : 0;
        }
        EXPECT_EQ(kernels_.count_differing(a.data(), b.data(), static_cast<std::int64_t>(size)), expected);
    }
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, Kernels,
                         testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512));

} // namespace
