#pragma once

#include <newsgpu/error.hpp>

#include <cuda_runtime_api.h>

// The CUDA runtime's answers as exceptions.

namespace newsgpu::cuda {

/// A line of the sources. `std::source_location` would do, but clang 14 has none.
struct site {
    char const* file = "";
    unsigned line = 0;

    static constexpr site current(char const* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
        return {file, line};
    }
    friend constexpr bool operator==(site const& a, site const& b) {
        return a.file == b.file && a.line == b.line;
    }
};

/// Device memory ran out: the caller may try again with less.
class out_of_device_memory : public cuda_error {
public:
    using cuda_error::cuda_error;
};

/// @throw device_unavailable where there is no driver or no such device, out_of_device_memory, or cuda_error.
[[noreturn]] void raise(cudaError_t status, char const* call, site where);

/// @param call the name of the function that answered `status`.
inline void check(cudaError_t status, char const* call, site where = site::current()) {
    if (status != cudaSuccess) {
        raise(status, call, where);
    }
}

} // namespace newsgpu::cuda
