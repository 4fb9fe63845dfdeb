#include "cpu/segmenter.hpp"
#include "element/utf8.hpp"
#include "unicode/parts.hpp"
#include "unicode/properties.hpp"
#include "unicode/random_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// UAX #29's own test of word boundaries.

namespace newsgpu {

namespace {

constexpr char const* path = "/usr/share/unicode/auxiliary/WordBreakTest.txt";
constexpr char32_t colon = 0x3A;

/// A line of the file: code points, and whether there is a boundary before each.
struct sample {
    std::vector<char32_t> code_points;
    std::vector<bool> cut;
};

sample read_sample(std::string const& line) {
    sample made;
    std::istringstream fields{line.substr(0, line.find('#'))};
    bool cut = false;
    for (std::string field; fields >> field;) {
        if (field == "\u00F7" || field == "\u00D7") {
            cut = field == "\u00F7";
        } else {
            made.code_points.push_back(static_cast<char32_t>(std::stoul(field, nullptr, 16)));
            made.cut.push_back(cut);
        }
    }
    return made;
}

/// What ICU's root locale changes (its word.txt, as CLDR asks for): a colon joins no letters.
bool tailor(sample& given) {
    auto const joins_before = [](char32_t c) { return c == 0x308 || c == 0x200D || c == 0x2060; };
    bool changed = false;
    for (std::size_t i = 0; i < given.code_points.size(); ++i) {
        if (given.code_points[i] != colon || given.cut[i]) {
            continue;
        }
        given.cut[i] = changed = true;
        auto next = i + 1;
        while (next < given.code_points.size() && joins_before(given.code_points[next])) {
            ++next;
        }
        if (next < given.code_points.size()) {
            given.cut[next] = true;
        }
    }
    return changed;
}

} // namespace

TEST(WordBreakTest, OfTheUnicodeCharacterDatabase) {
    std::ifstream file{path};
    if (!file) {
        GTEST_SKIP() << "Debian's package unicode-data is not installed";
    }
    std::string line;
    std::getline(file, line);
    if (line.find("WordBreakTest-" + unicode::unicode_version()) == std::string::npos) {
        GTEST_SKIP() << "unicode-data is of another version than ICU's " << unicode::unicode_version();
    }
    int samples = 0, tailored = 0;
    test::with_worker([&](cpu::worker& self) {
        cpu::segmenter engine{unicode::load_segmentation()};
        while (std::getline(file, line)) {
            auto expected = read_sample(line);
            if (expected.code_points.empty()) {
                continue;
            }
            ++samples;
            tailored += tailor(expected);
            std::string text;
            std::vector<std::int64_t> ends;
            for (std::size_t i = 0; i < expected.code_points.size(); ++i) {
                if (i > 0 && expected.cut[i]) {
                    ends.push_back(std::ssize(text));
                }
                test::append(text, expected.code_points[i]);
            }
            ends.push_back(std::ssize(text));
            test::part_collector made;
            engine.cut(text, self, made);
            std::vector<std::int64_t> found;
            for (auto const& each : made.found) {
                found.push_back(each.end);
            }
            EXPECT_EQ(found, ends) << line;
        }
    });
    EXPECT_GT(samples, 1'700);
    // Every line where a colon stands between letters, and no other.
    EXPECT_GT(tailored, 10);
    EXPECT_LT(tailored, 30);
}

} // namespace newsgpu
