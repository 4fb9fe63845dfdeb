#pragma once

#include "cuda/device_buffer.cuh"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace newsgpu::cuda {

/// Device memory that grows, for what stays from batch to batch, whatever stream a batch is in: each waits
/// for its own before the next one begins.
template <class T>
class growing_buffer {
public:
    explicit growing_buffer(stream const& on) : data_{0, on} {}

    /// Makes room for `size` elements; the first `used` stay. Throws with nothing changed.
    void reserve(std::int64_t size, std::int64_t used, stream const& on) {
        if (size <= data_.size()) {
            return;
        }
        device_buffer<T> grown{std::max(size, 2 * data_.size()), on};
        copy_on_device(std::as_const(data_).view().subview(0, used), grown.view().subview(0, used), on);
        on.synchronize(); // the memory before may be given back in another stream
        data_ = std::move(grown);
    }

    /// All there is room for.
    newsgpu::view<T> view() { return data_.view(); }
    newsgpu::view<T const> view() const { return data_.view(); }

private:
    device_buffer<T> data_;
};

} // namespace newsgpu::cuda
