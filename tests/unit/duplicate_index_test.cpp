#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/error.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using namespace newsgpu;
namespace fs = std::filesystem;

class DuplicateIndex : public testing::Test {
protected:
    fs::path folder = fs::path{testing::TempDir()} / ("duplicate_index." + std::to_string(::getpid()));
    fs::path path = folder / "index";

    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

string_column texts(std::vector<std::string> const& given) {
    return make_corpus(given);
}

std::string read_file(fs::path const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write_file(fs::path const& path, std::string const& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

TEST_F(DuplicateIndex, AddsQueriesSavesAndLoads) {
    // Pairs of words: {ab, bc, cd}, then {ab, bc, ce}: 2 of 4.
    duplicate_index index{{.threshold = 0.5, .n = 2}};
    auto const ids = texts({"first"});
    EXPECT_EQ(index.add(texts({"a b c d"}), ids).size(), 0);
    auto const found = index.query(texts({"x y", "A b C e"}));
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found.row[0], 1);
    EXPECT_EQ(found.match[0], 0);
    EXPECT_EQ(found.similarity[0], 0.5);
    EXPECT_EQ(found.ids[0], "2");
    EXPECT_EQ(found.match_ids[0], "first");
    EXPECT_EQ(index.size(), 1);

    index.save(path);
    auto loaded = duplicate_index::load(path);
    EXPECT_EQ(loaded.options(), index.options());
    EXPECT_EQ(loaded.add(texts({"a b c d"})).match_ids[0], "first");
    EXPECT_EQ(loaded.size(), 2);
    EXPECT_EQ(index.size(), 1);
}

TEST_F(DuplicateIndex, CopiesAreIndependent) {
    duplicate_index index;
    index.add(texts({"one two three"}));
    auto copy = index;
    copy.add(texts({"four five six"}));
    EXPECT_EQ(index.size(), 1);
    EXPECT_EQ(copy.size(), 2);
    EXPECT_EQ(index.query(texts({"four five six"})).size(), 0);
}

TEST_F(DuplicateIndex, TooManyMatchesLeaveItAsItWas) {
    duplicate_index index;
    std::vector<std::string> const copies(10, "one two three");
    EXPECT_THROW(index.add(texts(copies), {}, {.max_matches = 44}), std::length_error);
    EXPECT_EQ(index.size(), 0);
    EXPECT_EQ(index.add(texts(copies), {}, {.max_matches = 45}).size(), 45);
    EXPECT_EQ(index.add(texts(copies), {}, {.top = 2}).size(), 20);
}

TEST_F(DuplicateIndex, RefusesBadArguments) {
    EXPECT_THROW(duplicate_index{{.threshold = 0}}, invalid_input);
    duplicate_index index;
    EXPECT_THROW(index.add(texts({"a", "b"}), texts({"1"})), invalid_input);
    EXPECT_THROW(index.query(texts({"a"}), {}, {.top = -1}), invalid_input);
    EXPECT_THROW(index.merge(duplicate_index{{.n = 4}}), invalid_input);
    EXPECT_THROW(duplicate_index::load(folder / "nowhere"), fs::filesystem_error);
    write_file(path, "something else");
    EXPECT_THROW(duplicate_index::load(path), corrupt_file);
}

TEST_F(DuplicateIndex, StopsWhenToldToAndStaysAsItWas) {
    struct stopper : monitor {
        void poll(char const*, double) override { throw std::runtime_error{"stopped"}; }
    } stop;
    duplicate_index index;
    index.add(texts({"one two three"}));
    index.save(path);
    EXPECT_THROW(index.save(path, {device::cpu(), 1, &stop}), std::runtime_error);
    EXPECT_EQ(duplicate_index::load(path).size(), 1);
    EXPECT_EQ(std::distance(fs::directory_iterator{folder}, {}), 1);
}

/// Wrong numbers behind a right head, with every sanitizer watching.
TEST_F(DuplicateIndex, DamageDoesNoHarm) {
    for (auto const method : {duplicate_method::minhash, duplicate_method::exact}) {
        duplicate_index index{{.threshold = 0.5, .n = 1, .method = method}};
        std::vector<std::string> documents;
        for (int i = 0; i < 30; ++i) {
            documents.push_back("word" + std::to_string(i) + " and word" + std::to_string(i + 1) +
                                " or word" + std::to_string(i % 5));
        }
        documents.push_back(documents.front());
        index.add(texts(documents));
        index.save(path);
        auto const saved = read_file(path);
        auto const head = std::size_t{128 + 32 * (8 + 64)};
        std::mt19937_64 random{3};
        int refused = 0;
        for (int round = 0; round < 300; ++round) {
            auto damaged = saved;
            for (auto changes = 1 + random() % 20; changes > 0; --changes) {
                damaged[head + random() % (damaged.size() - head)] = static_cast<char>(random());
            }
            write_file(path, damaged);
            try {
                auto loaded = duplicate_index::load(path, false);
                loaded.query(texts(documents));
                loaded.add(texts({"word3 and word4 or word3", "word1"}));
                if (round % 10 == 0) { // it waits for the disk
                    loaded.save(folder / "other");
                }
                duplicate_index other{loaded.options()};
                other.merge(loaded);
            } catch (corrupt_file const&) {
                ++refused;
            }
        }
        EXPECT_GT(refused, 0);
    }
}

} // namespace
