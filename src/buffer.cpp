#include <newsgpu/buffer.hpp>

#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace newsgpu::detail {

void* allocate_large(std::size_t bytes) {
    auto const rounded = (bytes + large_bytes - 1) / large_bytes * large_bytes;
    auto* const memory = std::aligned_alloc(large_bytes, rounded);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
#if defined(__linux__)
    ::madvise(memory, rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

void deallocate_large(void* memory) noexcept {
    std::free(memory);
}

} // namespace newsgpu::detail
