#pragma once

#include <optional>
#include <string_view>

namespace newsgpu::cpu {

/// Instruction sets for which hot loops exist. Results never depend on it.
enum class simd_level {
    baseline, ///< plain C++, any processor
    avx2,     ///< x86-64-v3
    avx512,   ///< x86-64-v4 with VBMI and VBMI2 (Ice Lake, Zen 4 and later)
};

/// The best level that this processor and this build have.
simd_level best_simd_level();

/// The level in use: the best one, or a lower one named by the environment variable NEWSGPU_SIMD
/// (`baseline`, `avx2`, `avx512`), which is read once.
/// @throw invalid_input if NEWSGPU_SIMD holds another name or a level that this processor does not have.
simd_level simd_level_in_use();

/// Sets the level for what is made afterwards, for tests and benchmarks; nothing: back to the default.
void override_simd_level(std::optional<simd_level> level);

std::string_view name_of(simd_level level);

} // namespace newsgpu::cpu
