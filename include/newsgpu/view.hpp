#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace newsgpu {

/// A pointer and a length: elements that somebody else owns.
///
/// `std::span` is not used because device code cannot call it without relaxing nvcc's rules.
template <class T>
class view {
public:
    constexpr view() = default;
    constexpr view(T* data, std::int64_t size) : data_{data}, size_{size} {}

    /// Any contiguous container of the same element type; a temporary container does not convert.
    template <class Container>
        requires(!std::is_same_v<std::remove_cv_t<Container>, view> &&
                 requires(Container& c) {
                     { c.data() } -> std::convertible_to<T*>;
                     c.size();
                 })
    constexpr view(Container& container)
        : data_{container.data()}, size_{static_cast<std::int64_t>(container.size())} {}

    constexpr T* data() const { return data_; }
    constexpr std::int64_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T& operator[](std::int64_t i) const { return data_[i]; }
    constexpr T* begin() const { return data_; }
    constexpr T* end() const { return data_ + size_; }
    constexpr T& front() const { return data_[0]; }
    constexpr T& back() const { return data_[size_ - 1]; }
    constexpr view subview(std::int64_t first, std::int64_t count) const { return {data_ + first, count}; }

private:
    T* data_ = nullptr;
    std::int64_t size_ = 0;
};

/// The bytes of a view as a string.
constexpr std::string_view as_string(view<char const> bytes) {
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace newsgpu
