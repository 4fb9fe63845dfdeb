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

} // namespace detail

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
