// Counts what kernels move: kernels are compiled with -fsanitize=thread and linked with these hooks in place
// of libtsan. Accesses of a warp that share the instruction and its repetition are one request, as on a GPU.
// With one worker, and a report of raw numbers at exit, which scripts/traffic_report.py reads.
#include "device.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace {

constexpr std::uintptr_t sector_bytes = 32;

struct totals {
    std::uint64_t launches = 0, threads = 0, bytes = 0, atomics = 0;
    std::uint64_t requests = 0, sectors = 0;             ///< of warps; sectors as L2 sees them, without L1
    std::uint64_t sectors_read = 0, sectors_written = 0; ///< distinct in each launch: what DRAM has to move
    std::uint64_t shared_requests = 0, shared_wavefronts = 0;
};

struct request {
    bool shared;
    std::vector<std::uint64_t> places; ///< sectors, or 4-byte words of shared memory
};

struct request_key {
    std::uint64_t instruction_and_warp, repetition;
    bool operator==(request_key const&) const = default;
};
struct hash_key {
    std::size_t operator()(request_key const& key) const {
        return (key.instruction_and_warp * 0x9E37'79B9'7F4A'7C15) ^ (key.repetition * 0xD1B5'4A32'D192'ED03);
    }
};

class recorder {
public:
    ~recorder() {
        end_launch();
        std::puts(
            "kernel launches threads bytes atomics requests sectors sectors_read sectors_written shared_requests "
            "shared_wavefronts");
        for (auto const& [kernel, t] : by_kernel_) {
            std::printf("%p %lu %lu %lu %lu %lu %lu %lu %lu %lu %lu\n", kernel, t.launches, t.threads,
                        t.bytes, t.atomics, t.requests, t.sectors, t.sectors_read, t.sectors_written,
                        t.shared_requests, t.shared_wavefronts);
        }
        std::puts("primitive calls bytes");
        for (auto const& [name, calls, bytes] : primitives_) {
            std::printf("%s %lu %lu\n", name.c_str(), calls, bytes);
        }
    }

    void access(void const* address, unsigned bytes, bool reads, bool writes, void const* instruction) {
        auto const& here = emulation::here;
        if (here.threads == 0) {
            return; // host code
        }
        bool const global = emulation::allocation_of(address) != nullptr;
        bool const shared = !global && emulation::is_shared(address);
        if (!global && !shared) {
            return; // a fiber's stack: registers, on a GPU
        }
        if (emulation::current_launch.number != launch_.number) {
            end_launch();
            launch_ = emulation::current_launch;
            block_ = here.block;
        } else if (here.block != block_) {
            end_block();
            block_ = here.block;
        }
        auto const at = reinterpret_cast<std::uintptr_t>(address);
        auto const pc = reinterpret_cast<std::uintptr_t>(instruction);
        auto const repetition = repetitions_[pc * 1024 + here.thread]++;
        auto& group = requests_[{pc * 32 + here.thread / 32, repetition}];
        group.shared = shared;
        if (shared) {
            group.places.push_back(at / 4);
            return;
        }
        auto& t = by_kernel_[launch_.kernel];
        t.bytes += bytes;
        t.atomics += reads && writes ? 1 : 0;
        for (auto sector = at / sector_bytes; sector <= (at + bytes - 1) / sector_bytes; ++sector) {
            group.places.push_back(sector);
            if (reads) {
                read_.insert(sector);
            }
            if (writes) {
                written_.insert(sector);
            }
        }
    }

    void primitive(char const* name, std::uint64_t bytes) {
        for (auto& each : primitives_) {
            if (each.name == name) {
                ++each.calls;
                each.bytes += bytes;
                return;
            }
        }
        primitives_.push_back({name, 1, bytes});
    }

private:
    struct primitive_totals {
        std::string name;
        std::uint64_t calls, bytes;
    };

    void end_block() {
        auto& t = by_kernel_[launch_.kernel];
        for (auto const& [key, group] : requests_) {
            std::unordered_set<std::uint64_t> const distinct(group.places.begin(), group.places.end());
            if (!group.shared) {
                ++t.requests;
                t.sectors += distinct.size();
                continue;
            }
            std::array<unsigned, 32> of_bank{};
            for (auto const word : distinct) {
                ++of_bank[word % 32];
            }
            ++t.shared_requests;
            t.shared_wavefronts += *std::max_element(of_bank.begin(), of_bank.end());
        }
        requests_.clear();
        repetitions_.clear();
    }

    void end_launch() {
        if (launch_.number == 0) {
            return;
        }
        end_block();
        auto& t = by_kernel_[launch_.kernel];
        t.sectors_read += read_.size();
        t.sectors_written += written_.size();
        ++t.launches;
        t.threads += launch_.threads;
        read_.clear();
        written_.clear();
    }

    std::map<void const*, totals> by_kernel_;
    std::vector<primitive_totals> primitives_;
    std::unordered_map<request_key, request, hash_key> requests_;
    std::unordered_map<std::uint64_t, std::uint32_t> repetitions_;
    std::unordered_set<std::uint64_t> read_, written_;
    emulation::launch_info launch_;
    unsigned block_ = 0;
};

recorder& record() {
    static recorder made;
    return made;
}

[[maybe_unused]] bool const hears_of_primitives = [] {
    emulation::primitive_tracer = [](char const* name, std::uint64_t bytes) {
        record().primitive(name, bytes);
    };
    return true;
}();

} // namespace

#define PC __builtin_return_address(0)
#define PLAIN(N)                                                                                             \
    void __tsan_read##N(void* a) {                                                                           \
        record().access(a, N, true, false, PC);                                                              \
    }                                                                                                        \
    void __tsan_write##N(void* a) {                                                                          \
        record().access(a, N, false, true, PC);                                                              \
    }                                                                                                        \
    void __tsan_unaligned_read##N(void* a) {                                                                 \
        record().access(a, N, true, false, PC);                                                              \
    }                                                                                                        \
    void __tsan_unaligned_write##N(void* a) {                                                                \
        record().access(a, N, false, true, PC);                                                              \
    }
#define ATOMIC(BITS, T)                                                                                      \
    T __tsan_atomic##BITS##_load(T const volatile* a, int) {                                                 \
        record().access(const_cast<T const*>(a), BITS / 8, true, false, PC);                                 \
        return __atomic_load_n(a, __ATOMIC_ACQUIRE);                                                         \
    }                                                                                                        \
    void __tsan_atomic##BITS##_store(T volatile* a, T v, int) {                                              \
        record().access(const_cast<T*>(a), BITS / 8, false, true, PC);                                       \
        __atomic_store_n(a, v, __ATOMIC_RELEASE);                                                            \
    }                                                                                                        \
    T __tsan_atomic##BITS##_fetch_add(T volatile* a, T v, int) {                                             \
        record().access(const_cast<T*>(a), BITS / 8, true, true, PC);                                        \
        return __atomic_fetch_add(a, v, __ATOMIC_RELAXED);                                                   \
    }                                                                                                        \
    T __tsan_atomic##BITS##_fetch_or(T volatile* a, T v, int) {                                              \
        record().access(const_cast<T*>(a), BITS / 8, true, true, PC);                                        \
        return __atomic_fetch_or(a, v, __ATOMIC_RELAXED);                                                    \
    }                                                                                                        \
    T __tsan_atomic##BITS##_fetch_and(T volatile* a, T v, int) {                                             \
        record().access(const_cast<T*>(a), BITS / 8, true, true, PC);                                        \
        return __atomic_fetch_and(a, v, __ATOMIC_RELAXED);                                                   \
    }                                                                                                        \
    int __tsan_atomic##BITS##_compare_exchange_strong(T volatile* a, T* expected, T v, int, int) {           \
        record().access(const_cast<T*>(a), BITS / 8, true, true, PC);                                        \
        return __atomic_compare_exchange_n(a, expected, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);       \
    }

extern "C" {
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
// clang-format off
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)
ATOMIC(8, std::uint8_t) // of static variables
ATOMIC(32, std::uint32_t)
ATOMIC(64, std::uint64_t)
// clang-format on
void __tsan_read_range(void* a, unsigned long n) {
    record().access(a, static_cast<unsigned>(n), true, false, PC);
}
void __tsan_write_range(void* a, unsigned long n) {
    record().access(a, static_cast<unsigned>(n), false, true, PC);
}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_atomic_signal_fence(int) {}
void __tsan_atomic_thread_fence(int) {}
}
