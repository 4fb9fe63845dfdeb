#include "cuda/device_buffer.cuh"

#include <map>
#include <mutex>

namespace newsgpu::cuda::detail {

namespace {

/// What a pool keeps between two waits instead of giving it back to the driver, which is slow. Small against
/// any device, so that others who share it are not starved.
constexpr std::uint64_t kept_bytes = std::uint64_t{1} << 30;

/// A pool of our own, so that the default pool, which belongs to the whole process, keeps its settings.
/// Null where the device (or what stands in for it) has none.
cudaMemPool_t make_pool(int device, site where) {
    int supported = 0;
    check(cudaDeviceGetAttribute(&supported, cudaDevAttrMemoryPoolsSupported, device),
          "cudaDeviceGetAttribute", where);
    if (supported == 0) {
        return nullptr;
    }
    cudaMemPoolProps properties{};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = device;
    cudaMemPool_t pool = nullptr;
    check(cudaMemPoolCreate(&pool, &properties), "cudaMemPoolCreate", where);
    auto threshold = kept_bytes;
    check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold),
          "cudaMemPoolSetAttribute", where);
    return pool;
}

struct pools {
    std::mutex mutex;
    std::map<int, cudaMemPool_t> of_device;
};

pools& all_pools() {
    // Never destroyed: at the end of the process the driver may be gone before the destructors of statics
    // run.
    static auto* const made = new pools;
    return *made;
}

cudaMemPool_t pool_of(int device, site where) {
    auto& all = all_pools();
    std::lock_guard const lock{all.mutex};
    auto const known = all.of_device.find(device);
    if (known != all.of_device.end()) {
        return known->second;
    }
    return all.of_device[device] = make_pool(device, where);
}

} // namespace

void* allocate(std::size_t bytes, stream const& on, site where) {
    void* memory = nullptr;
    if (auto* pool = pool_of(on.device(), where)) {
        check(cudaMallocFromPoolAsync(&memory, bytes, pool, on.get()), "cudaMallocFromPoolAsync", where);
    } else {
        check(cudaMalloc(&memory, bytes), "cudaMalloc", where);
    }
    return memory;
}

void release(void* memory, stream const& on) noexcept {
    try {
        if (pool_of(on.device(), site::current()) != nullptr) {
            cudaFreeAsync(memory, on.get());
        } else {
            cudaFree(memory); // waits for the device, so whatever is in the stream is done
        }
    } catch (cuda_error const&) {
        // The pool of a device that has handed out memory is known: asking for it cannot fail.
    }
}

void* allocate_pinned(std::size_t bytes, site where) {
    void* memory = nullptr;
    check(cudaMallocHost(&memory, bytes), "cudaMallocHost", where);
    return memory;
}

void release_pinned(void* memory) noexcept {
    cudaFreeHost(memory);
}

} // namespace newsgpu::cuda::detail
