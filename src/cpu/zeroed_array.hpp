#pragma once

#include <newsgpu/buffer.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace newsgpu::cpu {

/// Numbers that are 0 to begin with, as a hash table wants them: the system's fresh pages, large ones where
/// it has them, so nothing is cleared twice.
template <class T>
class zeroed_array {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    zeroed_array() = default;
    explicit zeroed_array(std::size_t size)
        : data_{static_cast<T*>(allocate(size * sizeof(T)))}, size_{size} {}
    zeroed_array(zeroed_array&& other) noexcept
        : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
    zeroed_array& operator=(zeroed_array&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~zeroed_array() {
        if (auto const bytes = size_ * sizeof(T); bytes < newsgpu::detail::large_bytes) {
            std::free(data_);
        } else {
            newsgpu::detail::deallocate_large(data_, bytes);
        }
    }

    std::size_t size() const { return size_; }
    T* data() { return data_; }
    T& operator[](std::size_t i) { return data_[i]; }
    T const& operator[](std::size_t i) const { return data_[i]; }
    T const* begin() const { return data_; }
    T const* end() const { return data_ + size_; }

private:
    static void* allocate(std::size_t bytes) {
        if (bytes >= newsgpu::detail::large_bytes) {
            return newsgpu::detail::allocate_large_zeroed(bytes);
        }
        auto* const memory = std::calloc(bytes, 1);
        if (memory == nullptr) {
            throw std::bad_alloc{};
        }
        return memory;
    }

    T* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace newsgpu::cpu
