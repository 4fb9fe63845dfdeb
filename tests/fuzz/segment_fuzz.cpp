#include "cpu/segmenter.hpp"
#include "unicode/icu_oracle.hpp"
#include "unicode/parts.hpp"

#include <cstdlib>
#include <memory>

// Any bytes: our segments are ICU's, at every level of instructions.

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace newsgpu;
    static test::icu_segments icu;
    static auto const engines = [] {
        std::vector<std::unique_ptr<cpu::segmenter>> made;
        for (auto const level : {cpu::simd_level::baseline, cpu::simd_level::avx2, cpu::simd_level::avx512}) {
            if (level <= cpu::best_simd_level()) {
                made.push_back(std::make_unique<cpu::segmenter>(unicode::load_segmentation(), level));
            }
        }
        return made;
    }();
    // A copy of its own size: a read behind its end is seen.
    std::unique_ptr<char[]> const copy{new char[size]};
    std::copy(data, data + size, copy.get());
    std::string_view const text{copy.get(), size};
    auto const expected = icu(text);
    test::with_worker([&](cpu::worker& self) {
        for (auto const& engine : engines) {
            test::part_collector made;
            engine->cut(text, self, made);
            if (made.found.size() != expected.size() ||
                engine->count(text, self).segments != static_cast<std::int64_t>(expected.size())) {
                std::abort();
            }
            for (std::size_t i = 0; i < expected.size(); ++i) {
                auto const kind = static_cast<int>(made.found[i].kind);
                if (made.found[i].end != expected[i].end ||
                    (kind == 3 ? 400 : 100 * kind) != expected[i].status) {
                    std::abort();
                }
            }
        }
    });
    return 0;
}
