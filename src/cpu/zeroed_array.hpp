#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace newsgpu::cpu {

namespace detail {
void* allocate_zeroed(std::size_t bytes);
void deallocate_zeroed(void* memory, std::size_t bytes) noexcept;
} // namespace detail

/// Numbers that are 0 to begin with, as a hash table wants them: the system's fresh pages, large ones where
/// it has them, so nothing is cleared twice.
template <class T>
class zeroed_array {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    zeroed_array() = default;
    explicit zeroed_array(std::size_t size)
        : data_{static_cast<T*>(detail::allocate_zeroed(size * sizeof(T)))}, size_{size} {}
    zeroed_array(zeroed_array&& other) noexcept
        : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
    zeroed_array& operator=(zeroed_array&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~zeroed_array() {
        if (data_ != nullptr) {
            detail::deallocate_zeroed(data_, size_ * sizeof(T));
        }
    }

    std::size_t size() const { return size_; }
    T* data() { return data_; }
    T& operator[](std::size_t i) { return data_[i]; }
    T const& operator[](std::size_t i) const { return data_[i]; }
    T const* begin() const { return data_; }
    T const* end() const { return data_ + size_; }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace newsgpu::cpu
