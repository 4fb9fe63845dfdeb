// Built by cmake/cuda.cmake to see whether nvcc, its host compiler, CUB and the runtime fit together.
#include <cub/device/device_scan.cuh>

#include <concepts>

template <std::integral T>
__global__ void fill(T* out) {
    *out = T{1};
}

int main() {
    int* out = nullptr;
    void* arguments[] = {&out};
    return cudaLaunchKernel(fill<int>, dim3(1), dim3(1), arguments, 0, nullptr) == cudaSuccess ? 0 : 1;
}
