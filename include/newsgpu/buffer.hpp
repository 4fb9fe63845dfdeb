#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace newsgpu {

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
