#include "cpu/normalizer.hpp"
#include "unicode/form_oracle.hpp"

#include <cstdlib>
#include <memory>
#include <vector>

// Any bytes: our forms are ICU's, at every level of instructions.

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace newsgpu;
    static auto const engines = [] {
        std::vector<std::pair<normalization, cpu::normalizer>> made;
        for (auto const form :
             {normalization::none, normalization::nfc, normalization::nfkc, normalization::nfkc_casefold,
              normalization::casefold, normalization::strip_accents}) {
            for (auto const level :
                 {cpu::simd_level::baseline, cpu::simd_level::avx2, cpu::simd_level::avx512}) {
                if (level <= cpu::best_simd_level()) {
                    made.emplace_back(form, cpu::normalizer{form, level});
                }
            }
        }
        return made;
    }();
    std::unique_ptr<char[]> const copy{new char[size]};
    std::copy(data, data + size, copy.get());
    std::string_view const text{copy.get(), size};
    for (auto const& [form, engine] : engines) {
        std::string scratch;
        if (engine.apply(text, scratch) != test::expected_form(text, form)) {
            std::abort();
        }
    }
    return 0;
}
