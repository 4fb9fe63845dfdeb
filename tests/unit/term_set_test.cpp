#include "cpu/term_set.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace newsgpu;

/// Every key starts looking at the same slot.
struct one_hash_of_keys {
    static std::uint64_t of(std::uint64_t) { return 0; }
};

template <class Set>
class TermSet : public testing::Test {};
using Sets = testing::Types<cpu::term_set, cpu::basic_term_set<one_hash_of_keys>>;
TYPED_TEST_SUITE(TermSet, Sets);

TYPED_TEST(TermSet, AnNgramIsItsPrefixAndItsLastPart) {
    TypeParam terms;
    auto const a = terms.add_part(7);
    auto const b = terms.add_part(9);
    // The text a b a b a: pairs ab, ba, then triples aba, bab.
    std::vector<std::uint32_t> const parts{a, b, a, b, a};
    std::vector<std::uint32_t> ngrams = parts;
    terms.extend(ngrams.data(), parts.data() + 1, 4, 2);
    EXPECT_EQ(ngrams[0], 2u);
    EXPECT_EQ(ngrams[1], 3u);
    EXPECT_EQ(ngrams[2], 2u);
    EXPECT_EQ(ngrams[3], 3u);
    terms.extend(ngrams.data(), parts.data() + 2, 3, 3);
    EXPECT_EQ(ngrams[0], 4u);
    EXPECT_EQ(ngrams[1], 5u);
    EXPECT_EQ(ngrams[2], 4u);
    EXPECT_EQ(terms.size(), 6u);
    EXPECT_EQ(terms.length(a), 1);
    EXPECT_EQ(terms.length(3), 2);
    EXPECT_EQ(terms.length(5), 3);
    EXPECT_EQ(terms[a].prefix, TypeParam::none);
    EXPECT_EQ(terms[a].part, 7u);
    EXPECT_EQ(terms[4].prefix, 2u);
    EXPECT_EQ(terms[4].part, a);
}

TYPED_TEST(TermSet, KeepsItsNumbersWhileItGrows) {
    TypeParam terms;
    std::uint32_t const num_parts = std::is_same_v<TypeParam, cpu::term_set> ? 300 : 100;
    std::vector<std::uint32_t> prefixes, parts;
    for (std::uint32_t i = 0; i < num_parts; ++i) {
        terms.add_part(i);
    }
    for (std::uint32_t i = 0; i < num_parts; ++i) {
        for (std::uint32_t k = 0; k < num_parts; ++k) {
            prefixes.push_back(i);
            parts.push_back(k);
        }
    }
    for (int round = 0; round < 2; ++round) {
        auto found = prefixes;
        terms.extend(found.data(), parts.data(), found.size(), 2);
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i], num_parts + i);
        }
    }
}

} // namespace
