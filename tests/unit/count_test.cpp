#include <newsgpu/count.hpp>

#include <newsgpu/error.hpp>
#include <newsgpu/growing_terms.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include <string>
#include <vector>

namespace {

using namespace newsgpu;
using strings = std::vector<std::string>;

analyzer sklearn_words(int min_n, int max_n) {
    return {.min_n = min_n, .max_n = max_n, .tokens = {token_kind::sklearn, normalization::none, {}}};
}

strings texts_of(vocabulary const& terms) {
    auto const column = terms.texts();
    strings texts;
    for (std::int64_t i = 0; i < column.size(); ++i) {
        texts.emplace_back(column[i]);
    }
    return texts;
}

template <class T>
std::vector<T> plain(buffer<T> const& values) {
    return {values.begin(), values.end()};
}

TEST(Count, ColumnsAscendAndRowsFollowFirstAppearance) {
    auto const corpus = make_corpus(strings{"the bridge", "old bridge the bridge", ""});
    auto const counted = count<std::int64_t>(corpus, sklearn_words(1, 2));
    EXPECT_EQ(texts_of(counted.terms.terms),
              (strings{"bridge", "bridge the", "old", "old bridge", "the", "the bridge"}));
    // the, bridge, the bridge; then old, old bridge, bridge the.
    EXPECT_EQ(plain(counted.terms.appearance), (std::vector<std::int32_t>{4, 0, 5, 2, 3, 1}));
    EXPECT_EQ(plain(counted.terms.counts), (std::vector<std::int64_t>{3, 1, 1, 1, 2, 2}));
    EXPECT_EQ(plain(counted.terms.document_counts), (std::vector<std::int64_t>{2, 1, 1, 1, 2, 2}));
    EXPECT_EQ(plain(counted.matrix.indptr), (std::vector<std::int64_t>{0, 3, 9, 9}));
    EXPECT_EQ(plain(counted.matrix.indices), (std::vector<std::int32_t>{4, 0, 5, 4, 0, 5, 2, 3, 1}));
    EXPECT_EQ(plain(counted.matrix.data), (std::vector<std::int64_t>{1, 1, 1, 1, 2, 1, 1, 1, 1}));
    EXPECT_EQ(counted.matrix.num_columns, 6);
}

TEST(Count, ShorterNgramsThatAreNotAskedForAreNoTerms) {
    auto const corpus = make_corpus(strings{"aa bb cc"});
    EXPECT_EQ(texts_of(count_terms(corpus, sklearn_words(2, 2)).terms), (strings{"aa bb", "bb cc"}));
    EXPECT_EQ(texts_of(count_terms(corpus, sklearn_words(3, 9)).terms), (strings{"aa bb cc"}));
    EXPECT_EQ(count_terms(corpus, sklearn_words(4, 4)).terms.size(), 0);
}

TEST(Count, CharactersFoldWhiteSpaceAndLower) {
    auto const corpus = make_corpus(strings{"A \n b\tc"});
    auto const counted = count_terms(corpus, {.unit = ngram_unit::characters, .min_n = 1, .max_n = 2});
    // Two white spaces fold to one space, the single tab stays: "a b\tc".
    EXPECT_EQ(texts_of(counted.terms), (strings{"\t", "\tc", " ", " b", "a", "a ", "b", "b\t", "c"}));
}

TEST(Count, CharactersInWordsArePaddedAndAShortWordCountsOnce) {
    auto const corpus = make_corpus(strings{"abc d"});
    auto const counted =
        count_terms(corpus, {.unit = ngram_unit::characters_in_words, .min_n = 4, .max_n = 6});
    // " abc " gives two of 4, one of 5 and no more; " d " is shorter than 4.
    EXPECT_EQ(texts_of(counted.terms), (strings{" abc", " abc ", " d ", "abc "}));
    EXPECT_EQ(plain(counted.counts), (std::vector<std::int64_t>{1, 1, 1, 1}));
}

TEST(Count, NgramsWithTheSameTextAreOneColumn) {
    // NFKC makes the ligature U+FDFA a token that holds spaces; here the separator comes from segments.
    auto const corpus = make_corpus(strings{"a b"});
    analyzer const how{.min_n = 1, .max_n = 2, .tokens = {token_kind::segments, normalization::none, {}}};
    // Tokens "a", " ", "b"; pairs "a" + " " = "a  ", " " + "b" = "  b".
    EXPECT_EQ(texts_of(count_terms(corpus, how).terms), (strings{" ", "  b", "a", "a  ", "b"}));

    // Tokens "x" and "y" in one document, and one whose text is "x y" in the other.
    auto const ligature = std::string{"\xEF\xB7\xBA"};
    auto const folded = texts_of(count_terms(make_corpus(strings{ligature}), {}).terms);
    ASSERT_EQ(folded.size(), 1u);
    ASSERT_NE(folded[0].find(' '), std::string::npos);
    auto const both = make_corpus(strings{ligature + " " + folded[0]});
    auto const counted = count<std::int64_t>(both, {.min_n = 1, .max_n = 4});
    std::int64_t found = -1;
    for (std::int64_t i = 0; i < counted.terms.terms.size(); ++i) {
        if (counted.terms.terms.text(i) == folded[0]) {
            EXPECT_EQ(found, -1) << "a text is two columns";
            found = i;
        }
    }
    ASSERT_GE(found, 0);
    // The token itself, and the four words that it consists of.
    EXPECT_EQ(counted.terms.counts[static_cast<std::size_t>(found)], 2);
    EXPECT_EQ(counted.terms.document_counts[static_cast<std::size_t>(found)], 1);
}

TEST(Count, KnownColumnsOnly) {
    auto const corpus = make_corpus(strings{"cc aa zz aa", "zz"});
    term_index const columns{make_corpus(strings{"cc", "bb", "aa"})};
    auto const matrix = count<float>(corpus, sklearn_words(1, 1), columns);
    EXPECT_EQ(matrix.num_columns, 3);
    EXPECT_EQ(plain(matrix.indptr), (std::vector<std::int64_t>{0, 2, 2}));
    EXPECT_EQ(plain(matrix.indices), (std::vector<std::int32_t>{0, 2}));
    EXPECT_EQ(plain(matrix.data), (std::vector<float>{1, 2}));
    EXPECT_THROW((term_index{make_corpus(strings{"aa", "aa"})}), invalid_input);
}

TEST(TermIndex, FindsManyTextsAsItFindsOne) {
    strings terms, texts;
    for (int i = 0; i < 1000; ++i) {
        terms.push_back("term " + std::to_string(i));
    }
    term_index const index{make_corpus(terms)};
    for (std::size_t count : {0, 1, 31, 32, 33, 64, 1000}) {
        texts.clear();
        for (std::size_t i = 0; i < count; ++i) {
            texts.push_back(i % 3 == 0 ? "no " + terms[i] : terms[999 - i]);
        }
        std::vector<std::string_view> const views{texts.begin(), texts.end()};
        std::vector<std::int32_t> columns(count, 7);
        index.find(views, columns);
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(columns[i], i % 3 == 0 ? term_index::absent : static_cast<std::int32_t>(999 - i)) << i;
            EXPECT_EQ(columns[i], index.find(texts[i]));
        }
    }
}

TEST(Count, HashedTermsThatCancelStayAsZeros) {
    // One column for all: "aa" and "bb" collide, and their signs decide the sum.
    auto const corpus = make_corpus(strings{"aa bb"});
    auto const terms = hash_terms(make_corpus(strings{"aa", "bb"}), 1);
    auto const matrix = count_hashed<double>(corpus, sklearn_words(1, 1), {.num_features = 1});
    ASSERT_EQ(matrix.num_entries(), 1);
    EXPECT_EQ(matrix.data[0], terms.signs[0] + terms.signs[1]);
    auto const unsigned_matrix =
        count_hashed<double>(corpus, sklearn_words(1, 1), {.num_features = 1, .alternate_sign = false});
    EXPECT_EQ(unsigned_matrix.data[0], 2);
    EXPECT_THROW(count_hashed<double>(corpus, {}, {.num_features = 0}), invalid_input);
}

TEST(CountedDocuments, KeptColumnsKeepTheOrderOfRows) {
    auto const corpus = make_corpus(strings{"cc aa bb", "bb"});
    counted_documents const counted{corpus, sklearn_words(1, 1)};
    std::vector<std::uint8_t> const kept{1, 0, 1};
    auto const matrix = counted.matrix<std::int32_t>({}, kept);
    EXPECT_EQ(matrix.num_columns, 2);
    EXPECT_EQ(plain(matrix.indptr), (std::vector<std::int64_t>{0, 2, 2}));
    EXPECT_EQ(plain(matrix.indices), (std::vector<std::int32_t>{1, 0}));
    std::vector<std::uint8_t> const too_few{1};
    EXPECT_THROW(counted.matrix<std::int32_t>({}, too_few), invalid_input);
}

TEST(CountedDocuments, RowsAreWeighedWhileTheyAreWritten) {
    auto const corpus = make_corpus(strings{"cc aa cc", "bb aa", ""});
    counted_documents counted{corpus, sklearn_words(1, 1)};
    EXPECT_TRUE(counted.terms().counts.empty());
    counted.add_up();
    EXPECT_EQ(plain(counted.terms().counts), (std::vector<std::int64_t>{2, 1, 2}));
    EXPECT_EQ(plain(counted.terms().document_counts), (std::vector<std::int64_t>{2, 1, 1}));
    // Columns aa, bb, cc; rows in the order cc, aa, bb.
    std::vector<double> const idf{4, 6, 1.5};
    EXPECT_EQ(plain(counted.matrix<double>({.idf = idf}).data), (std::vector<double>{3, 4, 4, 6}));
    EXPECT_EQ(plain(counted.matrix<double>({.idf = idf, .norm = row_norm::l2}).data),
              (std::vector<double>{3. / 5, 4. / 5, 4 / std::sqrt(52.), 6 / std::sqrt(52.)}));
    EXPECT_EQ(plain(counted.matrix<float>({.norm = row_norm::l1}).data),
              (std::vector<float>{2.f / 3, 1.f / 3, .5f, .5f}));
    EXPECT_EQ(plain(counted.matrix<std::int64_t>({.binary = true}).data),
              (std::vector<std::int64_t>{1, 1, 1, 1}));
    EXPECT_THROW(counted.matrix<std::int64_t>({.norm = row_norm::l1}), invalid_input);
    std::vector<double> const too_few{1, 2};
    EXPECT_THROW(counted.matrix<double>({.idf = too_few}), invalid_input);
}

TEST(Count, DocumentsMayLieAnywhere) {
    strings const texts{"the bridge", "", "the harbour"};
    std::vector<std::string_view> const places{texts[2], texts[1], texts[0]};
    auto const counted = count<std::int32_t>(documents_view{view<std::string_view const>{places}});
    EXPECT_EQ(texts_of(counted.terms.terms), (strings{"bridge", "harbour", "the"}));
    EXPECT_EQ(plain(counted.matrix.indptr), (std::vector<std::int64_t>{0, 2, 2, 4}));
    EXPECT_EQ(plain(counted.matrix.indices), (std::vector<std::int32_t>{2, 1, 2, 0}));
}

TEST(Count, StopWordsAreNeitherTermsNorPartsOfThem) {
    auto how = sklearn_words(1, 2);
    how.tokens.stop_words = {"the", "of"};
    auto const corpus = make_corpus(strings{"the bridge of the harbour", "of the"});
    EXPECT_EQ(texts_of(count_terms(corpus, how).terms), (strings{"bridge", "bridge harbour", "harbour"}));
    how.max_n = 1;
    auto const counted = count<std::int32_t>(corpus, how);
    EXPECT_EQ(texts_of(counted.terms.terms), (strings{"bridge", "harbour"}));
    EXPECT_EQ(plain(counted.matrix.indptr), (std::vector<std::int64_t>{0, 2, 2}));
}

TEST(Count, AnEmptyCorpusHasNoTerms) {
    auto const counted = count<std::int64_t>(corpus_view{}, {.max_n = 3});
    EXPECT_EQ(counted.terms.terms.size(), 0);
    EXPECT_EQ(counted.matrix.num_rows(), 0);
    EXPECT_THROW(count_terms(corpus_view{}, {.min_n = 2, .max_n = 1}), invalid_input);
    EXPECT_THROW(count_terms(corpus_view{}, {.min_n = 0}), invalid_input);
    EXPECT_THROW(count_terms(corpus_view{}, {.max_n = max_ngram_length + 1}), invalid_input);
    using enum normalization;
    for (auto const form : {nfkc, nfkc_casefold, strip_accents, strip_accents_ascii}) {
        EXPECT_THROW(count_terms(corpus_view{}, {.unit = ngram_unit::characters_in_words, .form = form}),
                     invalid_input);
        EXPECT_EQ(count_terms(corpus_view{}, {.unit = ngram_unit::characters, .form = form}).terms.size(), 0);
    }
}

TEST(GrowingTerms, BatchesAddUp) {
    growing_terms seen;
    seen.add(count_terms(make_corpus(strings{"the bridge", "the"}), sklearn_words(1, 1)), 2);
    seen.add(count_terms(make_corpus(strings{"old bridge bridge"}), sklearn_words(1, 1)), 1);
    EXPECT_EQ(seen.num_documents(), 3);
    ASSERT_EQ(seen.size(), 3);
    EXPECT_EQ(seen.terms()[0], "the");
    EXPECT_EQ(seen.terms()[1], "bridge");
    EXPECT_EQ(seen.terms()[2], "old");
    EXPECT_EQ(plain(seen.counts()), (std::vector<std::int64_t>{2, 3, 1}));
    EXPECT_EQ(plain(seen.document_counts()), (std::vector<std::int64_t>{2, 2, 1}));
    EXPECT_EQ(plain(seen.sorted()), (std::vector<std::int32_t>{1, 2, 0}));
}

} // namespace
