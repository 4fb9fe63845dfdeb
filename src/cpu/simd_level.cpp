#include "cpu/simd_level.hpp"

#include "backend.hpp"
#include "names.hpp"

#include <atomic>
#include <cstdlib>
#include <string>

namespace newsgpu::cpu {

namespace {

constexpr int no_override = -1;
std::atomic<int> overridden = no_override;

simd_level chosen_level() {
    auto const* name = std::getenv("NEWSGPU_SIMD");
    if (name == nullptr || *name == '\0') {
        return best_simd_level();
    }
    auto const level = parse_name<simd_level>(
        "NEWSGPU_SIMD", name,
        {{"baseline", simd_level::baseline}, {"avx2", simd_level::avx2}, {"avx512", simd_level::avx512}});
    if (level > best_simd_level()) {
        throw invalid_input{"NEWSGPU_SIMD asks for '" + std::string{name} +
                            "', but this processor has at most '" + std::string{name_of(best_simd_level())} +
                            "'"};
    }
    return level;
}

} // namespace

simd_level best_simd_level() {
#if defined(__x86_64__)
    auto const has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                          __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2")) {
        return simd_level::avx512;
    }
    if (has_avx2) {
        return simd_level::avx2;
    }
#endif
    return simd_level::baseline;
}

simd_level simd_level_in_use() {
    if (auto const level = overridden.load(std::memory_order_relaxed); level != no_override) {
        return static_cast<simd_level>(level);
    }
    static auto const chosen = chosen_level();
    return chosen;
}

void override_simd_level(std::optional<simd_level> level) {
    overridden.store(level ? static_cast<int>(*level) : no_override, std::memory_order_relaxed);
}

std::string_view name_of(simd_level level) {
    switch (level) {
    case simd_level::avx512:
        return "avx512";
    case simd_level::avx2:
        return "avx2";
    case simd_level::baseline:
        break;
    }
    return "baseline";
}

std::string_view instruction_set() {
    return name_of(simd_level_in_use());
}

} // namespace newsgpu::cpu
