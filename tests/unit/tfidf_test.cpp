#include <newsgpu/tfidf.hpp>

#include <newsgpu/error.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/similar.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace newsgpu;
using strings = std::vector<std::string>;

csr_matrix<double> example() {
    csr_matrix<double> matrix;
    matrix.indptr = {0, 2, 2, 3};
    matrix.indices = {1, 0, 1};
    matrix.data = {3, 4, -2};
    matrix.num_columns = 2;
    return matrix;
}

TEST(Tfidf, InverseDocumentFrequency) {
    std::vector<std::int64_t> const counts{1, 3, 0};
    auto const smooth = inverse_document_frequency(counts, 3);
    EXPECT_DOUBLE_EQ(smooth[0], std::log(4.0 / 2.0) + 1);
    EXPECT_DOUBLE_EQ(smooth[1], 1);
    auto const plain = inverse_document_frequency(counts, 3, false);
    EXPECT_DOUBLE_EQ(plain[0], std::log(3.0) + 1);
    EXPECT_EQ(plain[2], std::numeric_limits<double>::infinity());
}

TEST(Tfidf, RowsAreDividedByTheirNorm) {
    auto matrix = example();
    weigh<double>(matrix, {}, row_norm::l2);
    EXPECT_EQ(matrix.data, (buffer<double>{0.6, 0.8, -1}));
    matrix = example();
    weigh<double>(matrix, {}, row_norm::l1);
    EXPECT_EQ(matrix.data, (buffer<double>{3.0 / 7, 4.0 / 7, -1}));
    matrix = example();
    std::vector<double> const idf{0.5, 2};
    weigh<double>(matrix, idf, row_norm::none);
    EXPECT_EQ(matrix.data, (buffer<double>{6, 2, -4}));
    std::vector<double> const zero{0, 0};
    weigh<double>(matrix, zero, row_norm::l2);
    EXPECT_EQ(matrix.data, (buffer<double>{0, 0, -0.0}));
    std::vector<double> const too_short{1};
    EXPECT_THROW(weigh<double>(matrix, too_short, row_norm::none), invalid_input);
}

TEST(Keywords, BestFirstAndTiesByText) {
    // "the" is in both documents and weighs less; the others weigh the same.
    auto const corpus = make_corpus(strings{"the zebra apple", "the", ""});
    auto const found = keywords(corpus, 2, {});
    ASSERT_EQ(found.terms.size(), 3);
    EXPECT_EQ(found.documents, (buffer<std::int64_t>{0, 0, 1}));
    EXPECT_EQ(found.ranks, (buffer<std::int32_t>{1, 2, 1}));
    EXPECT_EQ(found.terms[0], "apple");
    EXPECT_EQ(found.terms[1], "zebra");
    EXPECT_EQ(found.terms[2], "the");
    EXPECT_EQ(found.scores[0], found.scores[1]);
    EXPECT_DOUBLE_EQ(found.scores[2], 1);
    EXPECT_THROW(keywords(corpus, 0, {}), invalid_input);
}

TEST(Similar, NearestFirstAndNoStrangers) {
    auto const corpus = make_corpus(strings{"old bridge", "new bridge", "harbour", "bridge", ""});
    auto const found = similar(corpus, 10);
    EXPECT_EQ(found.left, (buffer<std::int64_t>{0, 0, 1, 1, 3, 3}));
    EXPECT_EQ(found.right, (buffer<std::int64_t>{3, 1, 3, 0, 0, 1}));
    EXPECT_EQ(found.similarities[0], found.similarities[4]) << "the same bits from either side";
    EXPECT_EQ(similar(corpus, 1).right, (buffer<std::int64_t>{3, 3, 0}));
    EXPECT_EQ(similar(corpus, 10, 1).left.size(), 0u);
    EXPECT_THROW(similar(corpus, 0), invalid_input);
    EXPECT_THROW(similar(corpus, 1, 1.5), invalid_input);
}

} // namespace
