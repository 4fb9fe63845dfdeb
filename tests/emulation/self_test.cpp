// The emulation's own test: kernels and calls that are wrong on purpose. `emulation_self NAME` runs one and
// prints what was found; CMakeLists.txt says what that has to be in which mode.
#include "cuda/block_collectives.cuh"
#include "cuda/collectives.cuh"
#include "cuda/device_buffer.cuh"
#include "cuda/launch.cuh"
#include "cuda/primitives.cuh"

#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>

namespace {

using namespace newsgpu::cuda;
using newsgpu::view;
using words = view<std::uint64_t>;

void right(words out) {
    out[global_rank()] = thread_rank();
}

void large_block(words out) {
    sync_block();
    out[global_rank()] = static_cast<std::uint64_t>(block_rank());
    sync_block();
}

// ---- barriers and exchanges

void deadlock(words) {
    if (lane_rank() < 16) {
        sync_warp();
    } else {
        sync_block();
    }
}
void foreign_lane(words out) {
    out[thread_rank()] = lane_rank() < 16 ? shuffle(thread_rank(), 20, 0xFFFF) : 0;
}
void outside_own_mask(words) {
    if (lane_rank() < 16) {
        ballot(true, 0xFF);
    }
}
void lanes_beyond_block(words) {
    ballot(true);
}
void two_barriers(words) {
    if ((thread_rank() & 1) != 0) {
        sync_block();
    } else {
        sync_block();
    }
}
void exit_before_barrier(words) {
    if (thread_rank() < 40) {
        sync_block();
    }
}
void shuffle_after_exit(words out) {
    if (lane_rank() != 3) {
        out[thread_rank()] = shuffle(thread_rank(), 0);
    }
}
void scan_twice(words out) {
    using scan = block_scan<std::uint64_t, 64>;
    auto& storage = shared<scan::storage>();
    out[thread_rank()] = scan::exclusive_sum(storage, 1).prefix + scan::exclusive_sum(storage, 2).prefix;
}
void scan_of_other_size(words out) {
    using scan = block_scan<std::uint64_t, 128>;
    out[thread_rank()] = scan::exclusive_sum(shared<scan::storage>(), 1).prefix;
}
void hang(words out) {
    while (atomic_add(out[0], 0) != 12345) {
        emulation::yield_now();
    }
}

// ---- memory

void past_a_view(words out) {
    out.subview(0, 8)[thread_rank()] = 1;
}
void past_the_buffer(words out) {
    out.data()[out.size() + thread_rank()] = 1;
}
void past_dynamic_shared(words) {
    dynamic_shared<unsigned char>()[thread_rank() + 1] = 1;
}
void past_shared(words out) {
    struct line {
        std::uint64_t values[32];
    };
    shared<line>().values[thread_rank() + 1] = 1;
    out[thread_rank()] = 1;
}
void uninitialised_shared(words out) {
    struct line {
        std::uint64_t values[32];
    };
    out[shared<line>().values[3] & 1] = 1;
}
void uninitialised_global(words out) {
    out[out[1] & 1] = 1;
}
void too_much_shared(words) {
    struct half {
        unsigned char bytes[40 * 1024];
    };
    struct other_half {
        unsigned char bytes[40 * 1024];
    };
    shared<half>().bytes[0] = shared<other_half>().bytes[0] = 1;
}
void missing_sync_warp(words out) {
    struct line {
        std::uint64_t values[32];
    };
    auto& mine = shared<line>();
    mine.values[thread_rank()] = thread_rank();
    shuffle(thread_rank(), 0); // orders no memory
    out[thread_rank()] = mine.values[thread_rank() ^ 1];
}
void race_between_blocks(words out) {
    if (thread_rank() == 0) {
        out[0] += 1;
    }
}
void race_between_warps(words out) {
    struct line {
        std::uint64_t values[64];
    };
    auto& mine = shared<line>();
    mine.values[thread_rank()] = 1;
    sync_warp();
    out[thread_rank()] = mine.values[63 - thread_rank()];
}

// ---- how they are run

using kernel = void (*)(words);

void run(kernel which, std::int64_t grid, unsigned block, std::size_t dynamic = 0, std::int64_t size = 64,
         bool filled = true) {
    stream const on{0};
    device_buffer<std::uint64_t> out{size, on};
    if (filled) {
        fill_bytes(out.view(), 0, on);
    }
    launch(on, {grid, block, dynamic}, which, out.view());
    to_host(out.view(), on);
}

void copy_without_event() {
    stream const first{0};
    stream const second{0};
    device_buffer<std::uint64_t> out{64, first};
    launch(second, {1, 64}, right, out.view()); // may run before the memory is there
    second.synchronize();
    first.synchronize();
}

void copy_past_buffer() {
    stream const on{0};
    device_buffer<std::uint64_t> out{64, on};
    std::uint64_t const host[65] = {};
    copy_to_device<std::uint64_t>({host, 65}, {out.view().data(), 65}, on);
    on.synchronize();
}

void host_reads_device() {
    stream const on{0};
    device_buffer<std::uint64_t> out{64, on};
    fill_bytes(out.view(), 0, on);
    on.synchronize();
    std::printf("%d\n", static_cast<int>(out.view()[5]));
}

void kernel_reads_host() {
    stream const on{0};
    std::uint64_t host[64] = {};
    launch(on, {1, 64}, right, words{host, 64});
    on.synchronize();
}

void host_source_dies() {
    stream const on{0};
    device_buffer<std::uint64_t> out{64, on};
    {
        newsgpu::buffer<std::uint64_t> const brief(64, 7);
        copy_to_device<std::uint64_t>(brief, out.view(), on);
    }
    newsgpu::buffer<std::uint64_t> const other(64, 9);
    if (to_host(out.view(), on)[3] != 7) {
        throw emulation::fault{"another value was copied"};
    }
}

void freed_while_used() {
    stream const first{0};
    stream const second{0};
    device_buffer<std::uint64_t> kept{64, second};
    {
        device_buffer<std::uint64_t> const brief{64, first};
        first.synchronize();
        copy_on_device<std::uint64_t>(brief.view(), kept.view(), second);
    }
    first.synchronize();
    second.synchronize();
}

void wrong_device() {
    emulation::current_settings().devices = 2;
    stream const on{0};
    device_buffer<std::uint64_t> out{64, on};
    device_guard const guard{1};
    launch(on, {1, 64}, right, out.view());
    on.synchronize();
}

void out_of_memory() {
    emulation::current_settings().memory_bytes = 1000;
    stream const on{0};
    device_buffer<std::uint64_t> const first{100, on};
    device_buffer<std::uint64_t> const second{100, on};
}

void memory_comes_back() {
    emulation::current_settings().memory_bytes = 1000;
    stream const on{0};
    for (int i = 0; i < 10; ++i) {
        device_buffer<std::uint64_t> const all{125, on};
    }
    on.synchronize();
}

void overlapping_primitive() {
    stream const on{0};
    device_buffer<std::uint64_t> keys{64, on};
    sort_keys<std::uint64_t>(keys.view().subview(0, 40), keys.view().subview(30, 34), on);
}

std::map<std::string, std::function<void()>> const& cases() {
    static std::map<std::string, std::function<void()>> const all{
        {"right", [] { run(right, 1, 64); }},
        {"empty_grid", [] { run(right, 0, 64); }},
        {"large_block", [] { run(large_block, 8, 1024, 0, 8192); }},
        {"block_of_1025", [] { run(right, 1, 1025, 0, 1025); }},
        {"dynamic_228_kib", [] { run(right, 1, 32, 228 * 1024); }},
        {"negative_grid", [] { run(right, -1, 32); }},
        {"deadlock", [] { run(deadlock, 1, 32); }},
        {"foreign_lane", [] { run(foreign_lane, 1, 32); }},
        {"outside_own_mask", [] { run(outside_own_mask, 1, 32); }},
        {"lanes_beyond_block", [] { run(lanes_beyond_block, 1, 48); }},
        {"two_barriers", [] { run(two_barriers, 1, 64); }},
        {"exit_before_barrier", [] { run(exit_before_barrier, 1, 64); }},
        {"shuffle_after_exit", [] { run(shuffle_after_exit, 1, 32); }},
        {"scan_twice", [] { run(scan_twice, 1, 64); }},
        {"scan_of_other_size", [] { run(scan_of_other_size, 1, 64); }},
        {"hang", [] { run(hang, 1, 32); }},
        {"past_a_view", [] { run(past_a_view, 1, 32); }},
        {"past_the_buffer", [] { run(past_the_buffer, 1, 1); }},
        {"past_dynamic_shared", [] { run(past_dynamic_shared, 1, 64, 64); }},
        {"past_shared", [] { run(past_shared, 1, 32); }},
        {"uninitialised_shared", [] { run(uninitialised_shared, 1, 1); }},
        {"uninitialised_global", [] { run(uninitialised_global, 1, 1, 0, 64, false); }},
        {"too_much_shared", [] { run(too_much_shared, 1, 1); }},
        {"missing_sync_warp", [] { run(missing_sync_warp, 1, 32); }},
        {"race_between_blocks", [] { run(race_between_blocks, 64, 32); }},
        {"race_between_warps", [] { run(race_between_warps, 1, 64); }},
        {"copy_without_event", copy_without_event},
        {"copy_past_buffer", copy_past_buffer},
        {"host_reads_device", host_reads_device},
        {"kernel_reads_host", kernel_reads_host},
        {"host_source_dies", host_source_dies},
        {"freed_while_used", freed_while_used},
        {"wrong_device", wrong_device},
        {"out_of_memory", out_of_memory},
        {"memory_comes_back", memory_comes_back},
        {"overlapping_primitive", overlapping_primitive},
    };
    return all;
}

} // namespace

int main(int argc, char** argv) {
    auto const found = cases().find(argc > 1 ? argv[1] : "");
    if (found == cases().end()) {
        for (auto const& each : cases()) {
            std::printf("%s\n", each.first.c_str());
        }
        return 2;
    }
    try {
        found->second();
        std::printf("nothing was found\n");
    } catch (std::exception const& failure) {
        std::printf("FAULT: %s\n", failure.what());
    }
}
