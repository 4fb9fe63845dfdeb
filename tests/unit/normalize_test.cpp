#include <newsgpu/error.hpp>
#include <newsgpu/normalize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace newsgpu;

std::string one(std::string const& text, normalization form) {
    std::vector<std::string> const texts{text};
    return std::string{normalize(make_corpus(texts), form)[0]};
}

// Expectations from UAX #15, CaseFolding.txt and Python's documentation of str.lower.
TEST(Normalize, FormsOfTheStandard) {
    EXPECT_EQ(one("e\u0301", normalization::nfc), "\u00E9");
    EXPECT_EQ(one("\uFF21\uFB01", normalization::nfkc), "Afi");
    EXPECT_EQ(one("\uFF21\u00DF\u00AD", normalization::nfkc_casefold), "ass");
    EXPECT_EQ(one("Stra\u00DFe", normalization::casefold), "strasse");
    EXPECT_EQ(one("\u0130", normalization::lower), "i\u0307");
    EXPECT_EQ(one("\u039F\u0394\u039F\u03A3 \u03A3\u0391", normalization::lower),
              "\u03BF\u03B4\u03BF\u03C2 \u03C3\u03B1");
}

TEST(Normalize, AsciiAndHan) {
    EXPECT_EQ(one("The QUICK fox", normalization::nfkc_casefold), "the quick fox");
    EXPECT_EQ(one("The QUICK fox", normalization::nfc), "The QUICK fox");
    EXPECT_EQ(one("\u4E2D\u56FD\u65B0\u95FB", normalization::nfkc_casefold), "\u4E2D\u56FD\u65B0\u95FB");
}

TEST(Normalize, IllFormedBytesReadAsReplacementCharacters) {
    for (auto const form : {normalization::none, normalization::nfc, normalization::nfkc,
                            normalization::nfkc_casefold, normalization::casefold, normalization::lower}) {
        EXPECT_EQ(one("a\xE4\xB8z\xFF", form), "a\uFFFDz\uFFFD");
    }
}

TEST(Normalize, NamesAreRead) {
    EXPECT_EQ(parse_normalization("nfkc"), normalization::nfkc);
    EXPECT_THROW(parse_normalization("NFKC"), invalid_input);
}

} // namespace
