#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace newsgpu::cpu {

/// Asks for the cache line at `address`; a table probed in batches waits for memory once a batch, not once a
/// probe.
inline void prefetch(void const* address) {
    __builtin_prefetch(address);
}

/// Asks for the beginning of a text that is read soon. Processors foresee no more than what follows the bytes
/// that are being read, and documents lie anywhere.
inline void prefetch_text(std::string_view text) {
    constexpr std::size_t line = 64, most = 4096;
    for (std::size_t at = 0; at < std::min(text.size(), most); at += line) {
        prefetch(text.data() + at);
    }
}

} // namespace newsgpu::cpu
