#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace newsgpu {

namespace detail {

/// From this size on, memory comes in large pages where the system has them, and is used again once it is
/// free: filling a result page by page of 4 KB takes longer than many of the computations.
inline constexpr std::size_t large_bytes = std::size_t{1} << 21;
void* allocate_large(std::size_t bytes);
/// The same, all zeros: memory that the system has just cleared.
void* allocate_large_zeroed(std::size_t bytes);
void deallocate_large(void* memory, std::size_t bytes) noexcept;
/// Whether memory is used again; not under a sanitizer.
bool keeps_large_blocks() noexcept;
void keep_large_blocks(std::size_t bytes) noexcept;

} // namespace detail

/// How much memory of results that are gone is kept for the next ones, until it is said otherwise.
inline constexpr std::size_t kept_memory = std::size_t{1} << 28;

/// Keeps up to `bytes` of the memory of results that are gone, for the next ones; what is kept beyond goes
/// back to the system at once. The system clears memory before it hands it out, a virtual machine may have to
/// be given it first, which can take longer than to count the terms of the text. What is kept is given up
/// before more is asked for, and on Linux the system takes it when it needs it; elsewhere nothing is kept at
/// all.
inline void keep_memory(std::size_t bytes) noexcept {
    detail::keep_large_blocks(bytes);
}

/// Leaves elements uninitialised where `std::allocator` would zero them: results are written once,
/// and touching their pages twice costs as much as many of the computations.
template <class T>
class default_init_allocator : public std::allocator<T> {
public:
    template <class U>
    struct rebind {
        using other = default_init_allocator<U>;
    };

    default_init_allocator() = default;
    template <class U>
    default_init_allocator(default_init_allocator<U> const&) noexcept {}

    T* allocate(std::size_t count) {
        if (count < detail::large_bytes / sizeof(T)) {
            return std::allocator<T>::allocate(count);
        }
        if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) {
            throw std::bad_alloc{};
        }
        return static_cast<T*>(detail::allocate_large(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        if (count < detail::large_bytes / sizeof(T)) {
            std::allocator<T>::deallocate(memory, count);
        } else {
            detail::deallocate_large(memory, count * sizeof(T));
        }
    }

    template <class U>
    void construct(U* element) noexcept(std::is_nothrow_default_constructible_v<U>) {
        ::new (static_cast<void*>(element)) U;
    }
    template <class U, class... Args>
    void construct(U* element, Args&&... args) {
        ::new (static_cast<void*>(element)) U(std::forward<Args>(args)...);
    }
};

/// An owning array of results: a `std::vector` whose `resize` does not initialise.
template <class T>
using buffer = std::vector<T, default_init_allocator<T>>;

} // namespace newsgpu
