#include "cpu/character_cutter.hpp"
#include "unicode/parts.hpp"
#include "unicode/properties.hpp"
#include "unicode/random_text.hpp"

#include <gtest/gtest.h>

namespace {

using namespace newsgpu;
using cpu::simd_level;
using spans = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// The tokens of a kind, one code point after the other, as the definitions say.
spans expected_tokens(std::string_view text, token_kind kind) {
    spans found;
    auto const size = static_cast<std::int64_t>(text.size());
    std::int64_t start = 0, end = 0, length = 0;
    auto const finish = [&] {
        if (length >= (kind == token_kind::sklearn ? 2 : 1)) {
            found.emplace_back(start, end);
        }
        length = 0;
    };
    for (std::int64_t at = 0; at < size;) {
        auto const here = element::decode(text.data(), at, size);
        auto const next = at + here.length;
        auto const inside = kind == token_kind::sklearn ? unicode::is_word(here.code_point)
                                                        : !unicode::is_space(here.code_point);
        if (inside) {
            if (length++ == 0) {
                start = at;
            }
            end = next;
        }
        // U+0130 lowers to i and U+0307, which is no word character.
        if (!inside || kind == token_kind::characters ||
            (kind == token_kind::sklearn && here.code_point == 0x0130)) {
            finish();
        }
        at = next;
    }
    finish();
    return found;
}

class Characters : public ::testing::TestWithParam<std::tuple<token_kind, simd_level>> {
protected:
    void SetUp() override {
        auto const [kind, level] = GetParam();
        if (level > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor has no " << cpu::name_of(level);
        }
        kind_ = kind;
        cutter_ = std::make_unique<cpu::character_cutter>(kind, level);
    }

    void expect_equal(std::string_view text, cpu::worker& self) {
        test::part_collector parts;
        cutter_->cut(text, self, parts);
        spans made;
        std::int64_t at = 0;
        for (auto const& each : parts.found) {
            ASSERT_EQ(each.begin, at) << "parts cover the document";
            at = each.end;
            if (each.kind != element::segment_kind::none) {
                made.emplace_back(each.begin, each.end);
            }
        }
        ASSERT_EQ(at, static_cast<std::int64_t>(text.size()));
        ASSERT_EQ(made, expected_tokens(text, kind_)) << ::testing::PrintToString(text.substr(0, 400));
        ASSERT_EQ(cutter_->count(text, self).words, static_cast<std::int64_t>(made.size()));
    }

    token_kind kind_{};
    std::unique_ptr<cpu::character_cutter> cutter_;
};

TEST_P(Characters, HardTextAndBytes) {
    test::random_engine random{11};
    test::with_worker([&](cpu::worker& self) {
        for (int i = 0; i < 4'000 && !HasFatalFailure(); ++i) {
            auto const size = test::below(random, i % 50 == 0 ? 20'000 : 300);
            expect_equal(i % 3 == 0 ? test::random_bytes(random, size) : test::hard_text(random, size, {}),
                         self);
        }
    });
}

TEST_P(Characters, RunsThatFitNoWindow) {
    test::with_worker([&](cpu::worker& self) {
        for (std::size_t const times : {1, 63, 64, 65, 1'023, 1'024, 1'025, 5'000, 70'000}) {
            for (std::string_view const piece :
                 {"a", "\u4E2D", " ", "\u0130", "a\u00C9", "\xFF", "\U0001F600"}) {
                expect_equal(test::repeated(piece, times), self);
                expect_equal("x y" + test::repeated(piece, times) + "zz \u4E2D", self);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
    });
}

INSTANTIATE_TEST_SUITE_P(
    Levels, Characters,
    ::testing::Combine(::testing::Values(token_kind::sklearn, token_kind::characters, token_kind::whitespace),
                       ::testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512)),
    [](auto const& each) {
        auto const kind = std::get<0>(each.param);
        return std::string{kind == token_kind::sklearn      ? "sklearn_"
                           : kind == token_kind::characters ? "characters_"
                                                            : "whitespace_"} +
               std::string{cpu::name_of(std::get<1>(each.param))};
    });

} // namespace
