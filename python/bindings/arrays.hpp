#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/corpus.hpp>

#include <pybind11/numpy.h>

#include <memory>
#include <utility>

namespace newsgpu::python {

/// A NumPy array that takes over a result without a copy.
template <class T>
pybind11::array_t<T> to_numpy(buffer<T> values) {
    auto owner = std::make_unique<buffer<T>>(std::move(values));
    auto* data = owner->data();
    auto const size = static_cast<pybind11::ssize_t>(owner->size());
    pybind11::capsule const keeper{owner.release(), [](void* held) { delete static_cast<buffer<T>*>(held); }};
    return pybind11::array_t<T>{size, data, keeper};
}

/// (bytes uint8, offsets int64): the two buffers of an Arrow large-string array.
inline pybind11::tuple to_numpy(string_column column) {
    auto owner = std::make_unique<buffer<char>>(std::move(column.bytes));
    auto* data = reinterpret_cast<std::uint8_t*>(owner->data());
    auto const size = static_cast<pybind11::ssize_t>(owner->size());
    pybind11::capsule const keeper{owner.release(),
                                   [](void* held) { delete static_cast<buffer<char>*>(held); }};
    return pybind11::make_tuple(pybind11::array_t<std::uint8_t>{size, data, keeper},
                                to_numpy(std::move(column.offsets)));
}

} // namespace newsgpu::python
