#pragma once

#include "cuda/device_buffer.cuh"
#include "cuda/primitives.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The flagged ones of `in`, in a buffer of just their size. Waits for the stream.
template <class T, class Flag>
device_buffer<T> select(view<T const> in, view<Flag const> flags, stream const& on) {
    device_buffer<T> out{in.size(), on};
    device_buffer<std::int64_t> num_selected{1, on};
    select_flagged<T, Flag>(in, flags, out.view(), num_selected.view(), on);
    auto const count = to_host(num_selected.view(), 0, on);
    device_buffer<T> selected{count, on};
    copy_on_device<T>(out.const_view().subview(0, count), selected.view(), on);
    return selected;
}

} // namespace newsgpu::cuda
