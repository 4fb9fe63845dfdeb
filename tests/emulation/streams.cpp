#include "streams.hpp"

#include "device.hpp"
#include "sanitizer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace emulation {

namespace {

struct operation {
    std::function<void()> run;
    std::uint64_t waits_for = 0; ///< a ticket
    std::uint64_t fires = 0;     ///< a ticket
    bool frees = false;
    bool writes_to_host = false;
};

struct queue {
    int device;
    std::deque<operation> operations;
};

/// Written behind an allocation, and looked at when it is freed: the plain mode's way to find a write past
/// the end. ASan's own red zones are exact to the byte.
#if defined(EMULATION_ASAN)
constexpr std::size_t canary_bytes = 0;
#else
constexpr std::size_t canary_bytes = 64;
#endif
constexpr unsigned char canary = 0xC5;

struct allocation {
    std::size_t bytes;
    int device;
    bool reached; ///< its stream has come to the point where it is made
};

struct machine {
    std::recursive_mutex mutex;
    std::map<stream_id, queue> queues;
    std::set<std::uint64_t> fired;
    std::uint64_t last_stream = 0, last_ticket = 0, random = 0;
    std::map<void const*, allocation> live;
    std::map<int, std::size_t> used;
    std::size_t peak = 0;
    std::int64_t until_failure = 0; ///< allocations up to the one that fails, 0 where none is to
    int depth = 0;                  ///< of calls that run device work
};

machine& all() {
    static auto* const made = new machine; // never destroyed: buffers may outlive main
    return *made;
}

using lock = std::lock_guard<std::recursive_mutex>;

/// Device memory is forbidden to the host, and allowed while device work runs. Only ASan sees the difference.
class device_time {
public:
    device_time() {
        if (all().depth++ == 0) {
            for_each_reached(allow);
        }
    }
    ~device_time() {
        if (--all().depth == 0) {
            for_each_reached(forbid);
        }
    }
    device_time(device_time const&) = delete;
    device_time& operator=(device_time const&) = delete;

private:
    static void for_each_reached(void (*change)(void const*, std::size_t)) {
        for (auto const& [at, memory] : all().live) {
            if (memory.reached) {
                change(at, memory.bytes);
            }
        }
    }
};

bool runnable(queue const& q) {
    return !q.operations.empty() &&
           (q.operations.front().waits_for == 0 || all().fired.contains(q.operations.front().waits_for));
}

void run_head(queue& q) {
    auto const head = std::move(q.operations.front());
    q.operations.pop_front();
    if (head.run) {
        head.run();
    }
    if (head.fires != 0) {
        all().fired.insert(head.fires);
    }
}

/// After a fault memory is given back and nothing else, as in a context that is broken.
void abandon_work() {
    for (auto& [id, q] : all().queues) {
        while (!q.operations.empty()) {
            auto const head = std::move(q.operations.front());
            q.operations.pop_front();
            if (head.frees) {
                try {
                    head.run();
                } catch (fault const&) { // one fault is enough
                }
            }
        }
    }
}

/// Runs device work until `done`, of the queue `wanted` at the latest.
template <class Done>
void run_until(queue& wanted, Done done) {
    auto& m = all();
    device_time const running;
    auto const seed = current_settings().seed;
    try {
        while (!done()) {
            std::vector<queue*> others;
            for (auto& [id, other] : m.queues) {
                if (&other != &wanted && runnable(other)) {
                    others.push_back(&other);
                }
            }
            bool const can = runnable(wanted);
            if (!can && others.empty()) {
                throw fault{"streams wait for an event that nobody records"};
            }
            if (can && (others.empty() || seed == 0 ||
                        (seed > 1 && next_random(m.random) % (others.size() + 1) == 0))) {
                run_head(wanted);
            } else {
                run_head(*others[next_random(m.random) % others.size()]);
            }
        }
    } catch (...) {
        abandon_work();
        throw;
    }
}

void* make_allocation(int device, std::size_t bytes, bool reached) {
    auto& m = all();
    bool const fails = m.until_failure > 0 && --m.until_failure == 0;
    if (fails || m.used[device] + bytes > current_settings().memory_bytes) {
        return nullptr;
    }
    void* at = nullptr;
    if (posix_memalign(&at, 256, bytes + canary_bytes) != 0) { // as cudaMalloc aligns
        return nullptr;
    }
    std::memset(static_cast<unsigned char*>(at) + bytes, canary, canary_bytes);
    m.live[at] = {bytes, device, reached};
    m.used[device] += bytes;
    m.peak = std::max(m.peak, m.used[device]);
    return at;
}

void begin_life(void* at) {
    auto& memory = all().live.at(at);
    memory.reached = true;
    allow(at, memory.bytes);
    std::memset(at, poison_byte(), memory.bytes);
    mark_uninitialised(at, memory.bytes);
}

void give_back(void* at) {
    auto const& memory = all().live.at(at);
    all().used[memory.device] -= memory.bytes;
}

void end_life(void* at) {
    auto& m = all();
    auto const found = m.live.find(at);
    if (found == m.live.end()) {
        throw fault{"device memory is freed twice"};
    }
    auto const bytes = found->second.bytes;
    allow(at, bytes);
    mark_initialised(at, bytes);
    auto const* behind = static_cast<unsigned char*>(at) + bytes;
    bool const intact =
        std::all_of(behind, behind + canary_bytes, [](unsigned char byte) { return byte == canary; });
    m.live.erase(found);
    std::free(at);
    if (!intact) {
        throw fault{"a write past the end of a device buffer of " + std::to_string(bytes) + " bytes"};
    }
}

} // namespace

stream_id create_stream(int device) {
    lock const held{all().mutex};
    all().queues[++all().last_stream].device = device;
    return all().last_stream;
}

bool is_stream(stream_id id) {
    lock const held{all().mutex};
    return all().queues.contains(id);
}

int device_of(stream_id id) {
    lock const held{all().mutex};
    return all().queues.at(id).device;
}

void destroy_stream(stream_id id) noexcept {
    lock const held{all().mutex};
    try {
        auto const& left = all().queues.at(id).operations;
        if (std::any_of(left.begin(), left.end(), [](operation const& op) { return op.writes_to_host; })) {
            throw fault{"nobody has waited for a copy to the host"};
        }
        synchronize(id);
    } catch (std::exception const& found) {
        // Nobody is left to tell.
        std::fprintf(stderr, "FAULT: found while a stream was destroyed: %s\n", found.what());
        std::_Exit(2);
    }
    all().queues.erase(id);
}

void enqueue(stream_id id, std::function<void()> work, bool writes_to_host) {
    lock const held{all().mutex};
    operation op;
    op.run = std::move(work);
    op.writes_to_host = writes_to_host;
    all().queues.at(id).operations.push_back(std::move(op));
}

void synchronize(stream_id id) {
    lock const held{all().mutex};
    auto& mine = all().queues.at(id);
    run_until(mine, [&] { return mine.operations.empty(); });
}

void synchronize_all() {
    lock const held{all().mutex};
    for (auto& entry : all().queues) {
        auto& mine = entry.second;
        run_until(mine, [&] { return mine.operations.empty(); });
    }
}

std::uint64_t record_ticket(stream_id id) {
    lock const held{all().mutex};
    operation op;
    op.fires = ++all().last_ticket;
    all().queues.at(id).operations.push_back(std::move(op));
    return all().last_ticket;
}

void wait_for_ticket(stream_id id, std::uint64_t ticket) {
    lock const held{all().mutex};
    operation op;
    op.waits_for = ticket;
    all().queues.at(id).operations.push_back(std::move(op));
}

void synchronize_ticket(std::uint64_t ticket) {
    lock const held{all().mutex};
    auto& m = all();
    if (m.fired.contains(ticket)) {
        return;
    }
    for (auto& [id, q] : m.queues) {
        auto const fires = [&](operation const& op) { return op.fires == ticket; };
        if (std::any_of(q.operations.begin(), q.operations.end(), fires)) {
            run_until(q, [&] { return m.fired.contains(ticket); });
            return;
        }
    }
    throw fault{"the host waits for an event that nobody records"};
}

void* allocate(stream_id id, std::size_t bytes) {
    lock const held{all().mutex};
    auto* at = make_allocation(device_of(id), bytes, false);
    if (at != nullptr) {
        forbid(at, bytes); // until its stream comes to this point
        enqueue(id, [at] { begin_life(at); });
    }
    return at;
}

void* allocate_now(int device, std::size_t bytes) {
    lock const held{all().mutex};
    auto* at = make_allocation(device, bytes, false);
    if (at != nullptr) {
        begin_life(at);
        forbid(at, bytes);
    }
    return at;
}

bool free_later(stream_id id, void* memory) {
    lock const held{all().mutex};
    if (!all().live.contains(memory)) {
        return false;
    }
    give_back(memory); // what enters the stream from now on may have it
    operation op;
    op.run = [memory] { end_life(memory); };
    op.frees = true;
    all().queues.at(id).operations.push_back(std::move(op));
    return true;
}

bool free_now(void* memory) {
    lock const held{all().mutex};
    if (!all().live.contains(memory)) {
        return false;
    }
    synchronize_all();
    give_back(memory);
    end_life(memory);
    return true;
}

void const* allocation_of(void const* address) {
    auto const& live = all().live;
    auto found = live.upper_bound(address);
    if (found == live.begin()) {
        return nullptr;
    }
    --found;
    auto const* base = static_cast<std::byte const*>(found->first);
    return address < base + found->second.bytes ? base : nullptr;
}

bool is_device_memory(void const* address, std::size_t bytes) {
    lock const held{all().mutex};
    auto const* base = static_cast<std::byte const*>(allocation_of(address));
    if (base == nullptr) {
        return false;
    }
    auto const offset = static_cast<std::size_t>(static_cast<std::byte const*>(address) - base);
    return bytes <= all().live.at(base).bytes - offset;
}

std::size_t used_bytes(int device) {
    lock const held{all().mutex};
    return all().used[device];
}

void fail_allocation(std::int64_t number) {
    lock const held{all().mutex};
    all().until_failure = number;
}

bool has_failed_allocation() {
    lock const held{all().mutex};
    return all().until_failure == 0;
}

std::size_t peak_bytes() {
    lock const held{all().mutex};
    return all().peak;
}

} // namespace emulation
