#include "block.hpp"
#include "enqueue.hpp"
#include "sanitizer.hpp"
#include "streams.hpp"

#include <cuda_runtime.h>

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>

struct emulated_stream {
    emulation::stream_id id;
};
struct emulated_event {
    std::uint64_t ticket = 0;
};
struct emulated_pool {
    int device;
};

namespace {

using emulation::current_settings;

thread_local int current_device = 0;
thread_local cudaError_t last_error = cudaSuccess;

cudaError_t answer(cudaError_t status) {
    if (status != cudaSuccess) {
        last_error = status;
    }
    return status;
}

bool is_stream(cudaStream_t stream) {
    return stream != nullptr && emulation::is_stream(stream->id);
}

bool is_device(int device) {
    return device >= 0 && device < current_settings().devices;
}

std::map<void const*, int>& allowed_shared() {
    static auto* const made = new std::map<void const*, int>;
    return *made;
}

/// A word of a kernel's arguments that is an address of the host's memory. Integers are no such addresses:
/// those of today's systems lie far above any size.
bool points_to_host(std::uint64_t word) {
    constexpr std::uint64_t lowest = std::uint64_t{1} << 40;
    constexpr std::uint64_t highest = std::uint64_t{1} << 47;
    if (word < lowest || word >= highest) {
        return false;
    }
    auto const page = word & ~std::uint64_t{4095};
    unsigned char resident = 0;
    bool const mapped = mincore(reinterpret_cast<void*>(page), 1, &resident) == 0;
    // One behind the end of an allocation is where an empty rest of a view points.
    return mapped && emulation::allocation_of(reinterpret_cast<void*>(word)) == nullptr &&
           emulation::allocation_of(reinterpret_cast<void*>(word - 1)) == nullptr;
}

} // namespace

char const* cudaGetErrorName(cudaError_t status) {
    switch (status) {
    case cudaSuccess:
        return "cudaSuccess";
    case cudaErrorInvalidValue:
        return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
        return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration:
        return "cudaErrorInvalidConfiguration";
    case cudaErrorInsufficientDriver:
        return "cudaErrorInsufficientDriver";
    case cudaErrorDevicesUnavailable:
        return "cudaErrorDevicesUnavailable";
    case cudaErrorNoDevice:
        return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice:
        return "cudaErrorInvalidDevice";
    case cudaErrorInvalidResourceHandle:
        return "cudaErrorInvalidResourceHandle";
    }
    return "an unknown error";
}

char const* cudaGetErrorString(cudaError_t status) {
    switch (status) {
    case cudaErrorMemoryAllocation:
        return "out of memory";
    case cudaErrorInsufficientDriver:
        return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice:
        return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice:
        return "invalid device ordinal";
    default:
        return "emulated";
    }
}

cudaError_t cudaGetLastError() {
    return std::exchange(last_error, cudaSuccess);
}

// ---- devices

cudaError_t cudaGetDeviceCount(int* count) {
    *count = 0;
    if (!current_settings().driver) {
        return answer(cudaErrorInsufficientDriver);
    }
    if (current_settings().devices == 0) {
        return answer(cudaErrorNoDevice);
    }
    *count = current_settings().devices;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
    if (!current_settings().driver) {
        return answer(cudaErrorInsufficientDriver);
    }
    *device = current_device;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
    if (!is_device(device)) {
        return answer(cudaErrorInvalidDevice);
    }
    current_device = device;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
    if (!is_device(device)) {
        return answer(cudaErrorInvalidDevice);
    }
    switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
        *value = 4; // few, so that loops over a grid go round
        return cudaSuccess;
    case cudaDevAttrMemoryPoolsSupported:
        *value = current_settings().pools ? 1 : 0;
        return cudaSuccess;
    }
    return answer(cudaErrorInvalidValue);
}

// ---- streams and events

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    *stream = new emulated_stream{emulation::create_stream(current_device)};
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    emulation::destroy_stream(stream->id);
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    emulation::synchronize(stream->id);
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = new emulated_event;
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    event->ticket = emulation::record_ticket(stream->id);
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    if (event->ticket != 0) {
        emulation::synchronize_ticket(event->ticket);
    }
    return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    if (event->ticket != 0) { // an event that was never recorded holds nobody back
        emulation::wait_for_ticket(stream->id, event->ticket);
    }
    return cudaSuccess;
}

// ---- memory

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, cudaMemPoolProps const* properties) {
    if (!is_device(properties->location.id)) {
        return answer(cudaErrorInvalidDevice);
    }
    static auto* const pools = new std::map<int, std::unique_ptr<emulated_pool>>;
    auto& made = (*pools)[properties->location.id];
    if (!made) {
        made = std::make_unique<emulated_pool>(emulated_pool{properties->location.id});
    }
    *pool = made.get();
    return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
    return cudaSuccess;
}

cudaError_t cudaMallocFromPoolAsync(void** memory, std::size_t bytes, cudaMemPool_t pool,
                                    cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    if (pool->device != emulation::device_of(stream->id) || bytes == 0) {
        return answer(cudaErrorInvalidValue);
    }
    *memory = emulation::allocate(stream->id, bytes);
    return *memory == nullptr ? answer(cudaErrorMemoryAllocation) : cudaSuccess;
}

cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    return emulation::free_later(stream->id, memory) ? cudaSuccess : answer(cudaErrorInvalidValue);
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
    *memory = emulation::allocate_now(current_device, bytes);
    return *memory == nullptr ? answer(cudaErrorMemoryAllocation) : cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
    return emulation::free_now(memory) ? cudaSuccess : answer(cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
    *memory = std::malloc(bytes);
    return *memory == nullptr ? answer(cudaErrorMemoryAllocation) : cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
    std::free(memory);
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
    *total_bytes = current_settings().memory_bytes;
    *free_bytes = *total_bytes - emulation::used_bytes(current_device);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    auto const right = [&](void const* side, bool on_device) {
        return on_device ? emulation::is_device_memory(side, bytes)
                         : emulation::allocation_of(side) == nullptr;
    };
    if (!right(to, kind != cudaMemcpyDeviceToHost) || !right(from, kind != cudaMemcpyHostToDevice)) {
        throw emulation::fault{"cudaMemcpyAsync: a side is on the wrong side, or " + std::to_string(bytes) +
                               " bytes leave an allocation"};
    }
    if (kind == cudaMemcpyDeviceToHost) {
        std::memset(to, emulation::poison_byte(), bytes); // what was there before is no answer either
    }
    // Late even where the runtime would copy pageable memory at once: nothing may rely on that.
    emulation::enqueue(stream->id, [=] { std::memcpy(to, from, bytes); }, kind == cudaMemcpyDeviceToHost);
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int byte, std::size_t bytes, cudaStream_t stream) {
    if (!is_stream(stream)) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    if (!emulation::is_device_memory(to, bytes)) {
        throw emulation::fault{"cudaMemsetAsync: " + std::to_string(bytes) + " bytes leave an allocation"};
    }
    emulation::enqueue(stream->id, [=] { std::memset(to, byte, bytes); });
    return cudaSuccess;
}

// ---- kernels

namespace emulation {

void enqueue_on(cudaStream_t stream, std::function<void()> work) {
    enqueue(stream->id, std::move(work));
}

void check_argument_bytes(void const* argument, std::size_t bytes) {
    std::uint64_t word = 0;
    for (std::size_t at = 0; at + sizeof word <= bytes; at += sizeof word) {
        std::memcpy(&word, static_cast<std::byte const*>(argument) + at, sizeof word);
        if (points_to_host(word)) {
            throw fault{"a kernel's argument points to the host's memory"};
        }
    }
}

cudaError_t allow_dynamic_shared(void const* kernel, int bytes) {
    constexpr int max_bytes = 227 * 1024;
    if (bytes < 0 || bytes > max_bytes) {
        return answer(cudaErrorInvalidValue);
    }
    allowed_shared()[kernel] = bytes;
    return cudaSuccess;
}

cudaError_t launch(untyped_call const& call, dim3 grid, dim3 block, std::size_t shared_bytes,
                   cudaStream_t stream) {
    if (!::is_stream(stream) || device_of(stream->id) != current_device) {
        return answer(cudaErrorInvalidResourceHandle);
    }
    auto const allowed = allowed_shared().contains(call.kernel) ? allowed_shared()[call.kernel] : 48 * 1024;
    if (grid.x == 0 || grid.x > 0x7FFF'FFFF || block.x == 0 || block.x > max_block_size ||
        shared_bytes > static_cast<std::size_t>(allowed)) {
        return answer(cudaErrorInvalidConfiguration);
    }
    if (grid.y != 1 || grid.z != 1 || block.y != 1 || block.z != 1) {
        throw fault{"the emulation runs one-dimensional launches"};
    }
    std::shared_ptr<void> const kept{call.copy(call.call), call.destroy};
    grid_shape const shape{grid.x, block.x, shared_bytes};
    enqueue(stream->id, [shape, kept, kernel = call.kernel, run = call.run] {
        run_grid(shape, kernel, {run, kept.get()});
    });
    return cudaSuccess;
}

} // namespace emulation
