#include "cpu/character_cutter.hpp"
#include "cpu/normalizer.hpp"
#include "cpu/segmenter.hpp"
#include "cpu/token_reader.hpp"
#include "unicode/parts.hpp"
#include "unicode/random_text.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace newsgpu;
using cpu::simd_level;

/// Memory between two pages that no one may read: a load outside it ends the program.
class fenced_memory {
public:
    explicit fenced_memory(std::size_t pages) {
        page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        bytes_ = pages * page_;
        auto* const whole = mmap(nullptr, bytes_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (whole == MAP_FAILED) {
            throw std::bad_alloc{};
        }
        first_ = static_cast<char*>(whole) + page_;
        mprotect(first_, bytes_, PROT_READ | PROT_WRITE);
    }
    ~fenced_memory() { munmap(first_ - page_, bytes_ + 2 * page_); }
    fenced_memory(fenced_memory const&) = delete;
    fenced_memory& operator=(fenced_memory const&) = delete;

    std::string_view at_begin(std::string_view text) {
        std::memcpy(first_, text.data(), text.size());
        return {first_, text.size()};
    }
    std::string_view at_end(std::string_view text) {
        auto* const to = first_ + bytes_ - text.size();
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }

private:
    std::size_t page_, bytes_;
    char* first_;
};

class GuardPages : public ::testing::TestWithParam<simd_level> {
protected:
    void SetUp() override {
        if (GetParam() > cpu::best_simd_level()) {
            GTEST_SKIP() << "this processor has no " << cpu::name_of(GetParam());
        }
        cpu::override_simd_level(GetParam());
    }
    void TearDown() override { cpu::override_simd_level(std::nullopt); }
};

TEST_P(GuardPages, NothingOutsideADocumentIsRead) {
    fenced_memory memory{8};
    test::random_engine random{21};
    std::vector<std::unique_ptr<cpu::text_cutter>> cutters;
    std::vector<std::unique_ptr<cpu::token_reader>> readers;
    for (auto const kind : {token_kind::words, token_kind::segments, token_kind::sklearn,
                            token_kind::characters, token_kind::whitespace}) {
        cutters.push_back(cpu::make_cutter(kind));
        readers.push_back(std::make_unique<cpu::token_reader>(tokenizer{.kind = kind}));
    }
    std::vector<cpu::normalizer> normalizers;
    for (auto const form : {normalization::none, normalization::nfc, normalization::nfkc_casefold,
                            normalization::casefold, normalization::lower, normalization::strip_accents}) {
        normalizers.emplace_back(form);
    }
    auto const chinese = test::repeated("\u4E2D\u56FD\u7ECF\u6D4E\u589E\u957F\u3002", 900);
    auto const english = test::repeated("The U.S. economy grew 3.2%, didn't it? ", 500);
    test::with_worker([&](cpu::worker& self) {
        std::string scratch;
        std::int64_t units = 0;
        for (std::size_t size = 0; size < 700; ++size) {
            auto const long_size = size * 37 % 17'000;
            for (auto const& text :
                 {chinese.substr(0, size), english.substr(0, size), chinese.substr(0, long_size),
                  english.substr(0, long_size), english.substr(0, size / 2) + chinese.substr(0, size),
                  test::hard_text(random, size, {}).substr(0, size), test::random_bytes(random, size)}) {
                for (auto const document : {memory.at_begin(text), memory.at_end(text)}) {
                    for (auto& each : cutters) {
                        test::part_collector parts;
                        each->cut(document, self, parts);
                        units += each->count(document, self).words;
                    }
                    for (auto& each : readers) {
                        each->read_batches(document, self,
                                           [&](cpu::token_batch const& batch) { units += batch.size(); });
                    }
                    for (auto const& each : normalizers) {
                        units += static_cast<std::int64_t>(each.apply(document, scratch).size());
                    }
                }
            }
        }
        EXPECT_GT(units, 0);
    });
}

INSTANTIATE_TEST_SUITE_P(Levels, GuardPages,
                         ::testing::Values(simd_level::baseline, simd_level::avx2, simd_level::avx512),
                         [](auto const& each) { return std::string{cpu::name_of(each.param)}; });

} // namespace
