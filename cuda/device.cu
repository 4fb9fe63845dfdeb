#include "cuda/check.cuh"

#include "backend.hpp"

#include <string>
#include <string_view>

namespace newsgpu::cuda {

namespace {

/// The path from the root of the sources on, whatever the build called the file.
std::string_view short_path(std::string_view path) {
    auto const at = path.rfind("cuda/");
    return at == std::string_view::npos ? path : path.substr(at);
}

} // namespace

void raise(cudaError_t status, char const* call, site where) {
    // A failed call also leaves its answer behind for the next one that asks.
    cudaGetLastError();
    auto const message = std::string{call} + " failed at " + std::string{short_path(where.file)} + ":" +
                         std::to_string(where.line) + ": " + cudaGetErrorName(status) + " (" +
                         cudaGetErrorString(status) + ")";
    switch (status) {
    case cudaErrorNoDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorInvalidDevice:
    case cudaErrorDevicesUnavailable:
        throw device_unavailable{message};
    case cudaErrorMemoryAllocation:
        throw out_of_device_memory{message};
    default:
        throw cuda_error{message};
    }
}

char const* build_state() {
    return NEWSGPU_CUDA_STATE;
}

char const* architectures() {
    return NEWSGPU_CUDA_ARCHITECTURES;
}

device_search find_devices() {
    int count = 0;
    auto const status = cudaGetDeviceCount(&count);
    if (status == cudaSuccess && count > 0) {
        return {count, ""};
    }
    cudaGetLastError();
    return {0, status == cudaSuccess ? cudaGetErrorString(cudaErrorNoDevice) : cudaGetErrorString(status)};
}

} // namespace newsgpu::cuda
