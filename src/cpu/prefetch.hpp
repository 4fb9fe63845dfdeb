#pragma once

#include <newsgpu/code_units.hpp>

#include <algorithm>
#include <cstdint>

namespace newsgpu::cpu {

// Always inlined: a call of a function that does nothing else has no effect for GCC, which leaves it out.

/// Asks for the cache line at `address`; a table probed in batches waits for memory once a batch, not once a
/// probe.
[[gnu::always_inline]] inline void prefetch(void const* address) {
    __builtin_prefetch(address);
}

/// Asks for the beginning of a text that is read soon. Processors foresee no more than what follows the bytes
/// that are being read, and documents lie anywhere.
[[gnu::always_inline]] inline void prefetch_text(unit_text text, std::int64_t most = 4096) {
    constexpr std::int64_t line = 64;
    auto const* const start = static_cast<char const*>(text.units);
    for (std::int64_t at = 0; at < std::min(text.num_bytes(), most); at += line) {
        prefetch(start + at);
    }
}

} // namespace newsgpu::cpu
