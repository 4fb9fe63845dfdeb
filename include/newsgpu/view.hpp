#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace newsgpu {

#if defined(NEWSGPU_CHECK_BOUNDS)
[[noreturn]] void outside_view(std::int64_t first, std::int64_t count, std::int64_t size);
#endif

/// A pointer and a length: elements that somebody else owns. Usable in device code.
///
/// Where NEWSGPU_CHECK_BOUNDS is defined (in builds with emulated CUDA) an index outside the view is an error
/// even if there is memory: no sanitizer sees one that stays inside an allocation.
template <class T>
class view {
public:
    constexpr view() = default;
    constexpr view(T* data, std::int64_t size) : data_{data}, size_{size} {}

    /// Any contiguous container of the same element type; a temporary container does not convert.
    template <class Container>
        requires(!std::is_same_v<std::remove_cv_t<Container>, view> &&
                 !std::is_same_v<std::remove_cv_t<Container>, view<std::remove_const_t<T>>> &&
                 requires(Container& c) {
                     { c.data() } -> std::convertible_to<T*>;
                     c.size();
                 })
    constexpr view(Container& container)
        : data_{container.data()}, size_{static_cast<std::int64_t>(container.size())} {}

    /// A view of the same elements that cannot change them.
    template <class U>
        requires(std::is_same_v<U const, T> && !std::is_same_v<U, T>)
    constexpr view(view<U> other) : data_{other.data()}, size_{other.size()} {}

    constexpr T* data() const { return data_; }
    constexpr std::int64_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T& operator[](std::int64_t i) const {
        check(i, 1);
        return data_[i];
    }
    constexpr T* begin() const { return data_; }
    constexpr T* end() const { return data_ + size_; }
    constexpr T& front() const { return (*this)[0]; }
    constexpr T& back() const { return (*this)[size_ - 1]; }
    constexpr view subview(std::int64_t first, std::int64_t count) const {
        check(first, count);
        return {data_ + first, count};
    }

private:
    constexpr void check([[maybe_unused]] std::int64_t first, [[maybe_unused]] std::int64_t count) const {
#if defined(NEWSGPU_CHECK_BOUNDS)
        if (first < 0 || count < 0 || first > size_ || count > size_ - first) {
            outside_view(first, count, size_);
        }
#endif
    }

    T* data_ = nullptr;
    std::int64_t size_ = 0;
};

/// The bytes of a view as a string.
constexpr std::string_view as_string(view<char const> bytes) {
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace newsgpu
