#include "cuda/device_buffer.cuh"

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <new>

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

/// Page-locking takes longer than many a copy, so what a call has used waits for the next one.
constexpr std::size_t kept_pinned_bytes = std::size_t{128} << 20;

struct idle_pinned {
    std::mutex mutex;
    std::multimap<std::size_t, void*> of_size;
    std::size_t bytes = 0;
};

idle_pinned& all_idle_pinned() {
    static auto* const made = new idle_pinned; // as above
    return *made;
}

/// Few sizes, so that what is kept fits what is wanted.
std::size_t pinned_size(std::size_t bytes) {
    return std::bit_ceil(std::max<std::size_t>(bytes, 4096));
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
    auto* const pool = pool_of(on.device(), where);
    void* memory = nullptr;
    auto const status = pool != nullptr ? cudaMallocFromPoolAsync(&memory, bytes, pool, on.get())
                                        : cudaMalloc(&memory, bytes);
    if (status == cudaErrorMemoryAllocation) {
        // The exception takes host memory with it whose copies may still be in the stream.
        on.synchronize(where);
    }
    check(status, pool != nullptr ? "cudaMallocFromPoolAsync" : "cudaMalloc", where);
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
    auto& idle = all_idle_pinned();
    {
        std::lock_guard const lock{idle.mutex};
        if (auto const found = idle.of_size.find(pinned_size(bytes)); found != idle.of_size.end()) {
            auto* const memory = found->second;
            idle.bytes -= found->first;
            idle.of_size.erase(found);
            return memory;
        }
    }
    void* memory = nullptr;
    check(cudaMallocHost(&memory, pinned_size(bytes)), "cudaMallocHost", where);
    return memory;
}

void release_pinned(void* memory, std::size_t bytes) noexcept {
    auto& idle = all_idle_pinned();
    auto const size = pinned_size(bytes);
    try {
        std::lock_guard const lock{idle.mutex};
        if (idle.bytes + size <= kept_pinned_bytes) {
            idle.of_size.emplace(size, memory);
            idle.bytes += size;
            return;
        }
    } catch (std::bad_alloc const&) {
        // Then it is not kept.
    }
    cudaFreeHost(memory);
}

} // namespace newsgpu::cuda::detail

namespace newsgpu::cuda {

std::int64_t free_memory(site where) {
    std::size_t free_bytes = 0;
    std::size_t total_bytes = 0;
    check(cudaMemGetInfo(&free_bytes, &total_bytes), "cudaMemGetInfo", where);
    return static_cast<std::int64_t>(free_bytes);
}

} // namespace newsgpu::cuda
