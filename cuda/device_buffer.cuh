#pragma once

#include "cuda/stream.cuh"

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace newsgpu::cuda {

namespace detail {
/// Memory that is usable by what enters the stream from now on.
void* allocate(std::size_t bytes, stream const& on, site where);
/// Gives memory back once everything that is in the stream now is done.
void release(void* memory, stream const& on) noexcept;
void* allocate_pinned(std::size_t bytes, site where);
void release_pinned(void* memory, std::size_t bytes) noexcept;
} // namespace detail

/// Bytes that the current device has left, those that a pool keeps for its next use not counted.
std::int64_t free_memory(site where = site::current());

/// Device memory of `size` elements, uninitialised, in the order of a stream: made and given back between the
/// work that is put into the stream before and after. Another stream must wait for an event before it touches
/// it, and this one for the other before it is destroyed.
template <class T>
class device_buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    /// @throw out_of_device_memory
    device_buffer(std::int64_t size, stream on, site where = site::current())
        : size_{size}, on_{std::move(on)} {
        if (size > 0) {
            data_ = static_cast<T*>(detail::allocate(static_cast<std::size_t>(size) * sizeof(T), on_, where));
        }
    }
    ~device_buffer() {
        if (data_ != nullptr) {
            detail::release(data_, on_);
        }
    }
    device_buffer(device_buffer&& other) noexcept
        : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)}, on_{other.on_} {}
    device_buffer& operator=(device_buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(on_, other.on_);
        return *this;
    }
    device_buffer(device_buffer const&) = delete;
    device_buffer& operator=(device_buffer const&) = delete;

    std::int64_t size() const { return size_; }
    newsgpu::view<T> view() { return {data_, size_}; }
    newsgpu::view<T const> view() const { return {data_, size_}; }
    newsgpu::view<T const> const_view() const { return {data_, size_}; }

private:
    T* data_ = nullptr;
    std::int64_t size_ = 0;
    stream on_;
};

/// Page-locked host memory: the copies between it and a device overlap with everything else. No copy may be
/// under way when it is destroyed.
template <class T>
class pinned_buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit pinned_buffer(std::int64_t size, site where = site::current()) : size_{size} {
        if (size > 0) {
            data_ =
                static_cast<T*>(detail::allocate_pinned(static_cast<std::size_t>(size) * sizeof(T), where));
        }
    }
    ~pinned_buffer() {
        if (data_ != nullptr) {
            detail::release_pinned(data_, static_cast<std::size_t>(size_) * sizeof(T));
        }
    }
    pinned_buffer(pinned_buffer const&) = delete;
    pinned_buffer& operator=(pinned_buffer const&) = delete;

    std::int64_t size() const { return size_; }
    newsgpu::view<T> view() { return {data_, size_}; }

private:
    T* data_ = nullptr;
    std::int64_t size_;
};

template <class T>
void fill_bytes(view<T> to, unsigned char byte, stream const& on, site where = site::current()) {
    if (!to.empty()) {
        check(cudaMemsetAsync(to.data(), byte, static_cast<std::size_t>(to.size()) * sizeof(T), on.get()),
              "cudaMemsetAsync", where);
    }
}

namespace detail {
template <class T>
void copy(view<T const> from, view<T> to, cudaMemcpyKind direction, stream const& on, site where) {
    if (from.size() != to.size()) {
        raise(cudaErrorInvalidValue, "copy between views of different sizes", where);
    }
    if (!from.empty()) {
        check(cudaMemcpyAsync(to.data(), from.data(), static_cast<std::size_t>(from.size()) * sizeof(T),
                              direction, on.get()),
              "cudaMemcpyAsync", where);
    }
}
} // namespace detail

/// The host's memory must stay as it is until the stream has come past the copy.
template <class T>
void copy_to_device(view<T const> from, view<T> to, stream const& on, site where = site::current()) {
    detail::copy(from, to, cudaMemcpyHostToDevice, on, where);
}

/// The host's memory must not be touched until the stream has come past the copy.
template <class T>
void copy_to_host(view<T const> from, view<T> to, stream const& on, site where = site::current()) {
    detail::copy(from, to, cudaMemcpyDeviceToHost, on, where);
}

template <class T>
void copy_on_device(view<T const> from, view<T> to, stream const& on, site where = site::current()) {
    detail::copy(from, to, cudaMemcpyDeviceToDevice, on, where);
}

/// Copies, and waits for the stream.
template <class T>
buffer<std::remove_const_t<T>> to_host(view<T> from, stream const& on, site where = site::current()) {
    buffer<std::remove_const_t<T>> made(static_cast<std::size_t>(from.size()));
    copy_to_host<std::remove_const_t<T>>({from.data(), from.size()}, {made.data(), from.size()}, on, where);
    on.synchronize(where);
    return made;
}

/// One element, waited for.
template <class T>
std::remove_const_t<T> to_host(view<T> from, std::int64_t i, stream const& on, site where = site::current()) {
    return to_host(from.subview(i, 1), on, where)[0];
}

/// A copy of what the host has. It is safe to let `from` go after the next wait for the stream.
template <class T>
device_buffer<std::remove_const_t<T>> to_device(view<T> from, stream const& on,
                                                site where = site::current()) {
    device_buffer<std::remove_const_t<T>> made{from.size(), on, where};
    copy_to_device<std::remove_const_t<T>>({from.data(), from.size()}, made.view(), on, where);
    return made;
}

} // namespace newsgpu::cuda
