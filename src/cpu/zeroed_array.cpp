#include "cpu/zeroed_array.hpp"

#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace newsgpu::cpu::detail {

namespace {

constexpr std::size_t page_bytes = std::size_t{1} << 21;

} // namespace

void* allocate_zeroed(std::size_t bytes) {
#if defined(__linux__)
    if (bytes >= page_bytes) {
        auto* const memory =
            ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            throw std::bad_alloc{};
        }
        ::madvise(memory, bytes, MADV_HUGEPAGE);
        return memory;
    }
#endif
    auto* const memory = std::calloc(bytes, 1);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}

void deallocate_zeroed(void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__)
    if (bytes >= page_bytes) {
        ::munmap(memory, bytes);
        return;
    }
#endif
    std::free(memory);
}

} // namespace newsgpu::cpu::detail
