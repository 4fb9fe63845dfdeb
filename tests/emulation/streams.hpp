#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

// Streams as queues that run late, in a seeded order, and memory that is forbidden outside its life in that
// order.

namespace emulation {

using stream_id = std::uint64_t;

stream_id create_stream(int device);
/// Runs what is left; a fault where the host would read what nobody waited for.
void destroy_stream(stream_id id) noexcept;
bool is_stream(stream_id id);
int device_of(stream_id id);

/// `work` runs at some later synchronisation. Where it writes to the host, somebody has to wait for it.
void enqueue(stream_id id, std::function<void()> work, bool writes_to_host = false);
/// Runs the queue, and what it waits for; of other queues as much as the seed wants.
void synchronize(stream_id id);
/// Runs everything.
void synchronize_all();

/// A ticket for what is in the queue so far.
std::uint64_t record_ticket(stream_id id);
void wait_for_ticket(stream_id id, std::uint64_t ticket);
void synchronize_ticket(std::uint64_t ticket);

/// Memory of the stream's device, usable from now on in the order of the stream; null if there is none left.
void* allocate(stream_id id, std::size_t bytes);
/// Usable at once.
void* allocate_now(int device, std::size_t bytes);
/// @return whether it was an allocation.
bool free_later(stream_id id, void* memory);
bool free_now(void* memory);

/// Whether all of `[address, address + bytes)` is memory of one allocation.
bool is_device_memory(void const* address, std::size_t bytes);
std::size_t used_bytes(int device);
/// The `number`-th allocation from now on, counted from 1, finds no memory; those behind it do again. 0: none
/// fails.
void fail_allocation(std::int64_t number);
/// Whether the allocation that was to fail has been asked for.
bool has_failed_allocation();
/// The largest sum so far.
std::size_t peak_bytes();

} // namespace emulation
