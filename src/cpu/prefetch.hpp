#pragma once

namespace newsgpu::cpu {

/// Asks for the cache line at `address`; a table probed in batches waits for memory once a batch, not once a
/// probe.
inline void prefetch(void const* address) {
    __builtin_prefetch(address);
}

} // namespace newsgpu::cpu
