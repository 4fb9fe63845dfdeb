#pragma once

#include "device.hpp"
#include "fiber.hpp"
#include "shared_memory.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace emulation {

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned max_block_size = 1024;

struct grid_shape {
    unsigned blocks, threads;
    std::size_t dynamic_shared_bytes;
};

/// A kernel with its arguments.
struct kernel_call {
    void (*body)(void const*);
    void const* arguments;
};

/// Tokens of happens-before for TSan: before a launch, and behind it.
struct launch_tokens {
    char begin = 0, end = 0;
};

/// Runs one block after another on a host thread: its CUDA threads are fibers, which switch only at barriers,
/// exchanges and atomics. The order in which they run comes from the seed.
class block_engine {
public:
    block_engine();

    /// @throw fault
    void run(grid_shape const& shape, unsigned block, kernel_call const& call, launch_tokens& tokens);

    // Called by the CUDA thread that runs.
    void sync_block(call_site where, void* slot, void (*combine)(void**, unsigned));
    std::uint64_t exchange(warp_op op, unsigned mask, std::uint64_t value, unsigned from, call_site where);
    void enter_temporary(void const* storage, call_site where) const;
    void leave_temporary(void const* storage);
    void yield();
    bool random_order() const { return seed_ > 1; }
    std::uint64_t& random() { return random_; }
    shared_memory& shared() { return shared_; }

    /// The engine of the calling host thread.
    static block_engine& here();
    /// The engine that runs a block now, or null in host code.
    static block_engine* running();

private:
    enum class state : std::uint8_t { ready, at_barrier, at_warp, done };

    struct device_thread {
        fiber* context = nullptr;
        state now = state::done;
        call_site where;
        std::uint64_t mailbox = 0;
    };

    /// Lanes of a warp that wait for each other. A warp has one for each lowest lane of a mask.
    struct rendezvous {
        unsigned mask = 0, arrived = 0;
        warp_op op{};
        call_site where;
        std::array<std::uint64_t, warp_size> value{};
        std::array<std::uint8_t, warp_size> from{};
    };

    struct temporary_use {
        void const* storage;
        std::uint64_t barriers;
    };

    void prepare(grid_shape const& shape, unsigned block, kernel_call const& call, launch_tokens& tokens);
    static void entry();
    void live();
    void run_body();
    void leave_block();
    void check_exit();

    void make_ready(unsigned rank);
    unsigned num_ready() const { return tail_ - head_; }
    unsigned pick();
    void park(state why, call_site where);
    void switch_to_next();
    void count_switch();
    [[noreturn]] void deadlock() const;

    void check_lanes(warp_op op, unsigned mask, unsigned from, call_site where) const;
    void complete(rendezvous& meeting, unsigned warp, unsigned lane);
    unsigned lanes_of(unsigned warp) const;
    std::string me() const;

    template <class Visit>
    void for_ranks(unsigned count, Visit visit) const {
        for (unsigned i = 0; i < count; ++i) {
            visit(seed_ == 1 ? count - 1 - i : i);
        }
    }

    fiber host_;
    std::vector<fiber> fibers_;
    std::vector<device_thread> threads_;
    std::vector<rendezvous> meetings_;
    std::vector<void*> slots_;
    /// A ring of the threads that may run.
    static constexpr unsigned ring_size = 2 * max_block_size;
    std::array<std::uint16_t, ring_size> ready_{};
    unsigned head_ = 0, tail_ = 0;
    unsigned count_ = 0, current_ = 0, num_done_ = 0, arrived_ = 0;
    /// Fibers below this are started and wait for a body.
    unsigned num_started_ = 0;
    std::array<unsigned, warp_size> exited_{}, in_flight_{};
    call_site barrier_where_;
    std::uint64_t barriers_passed_ = 0, switches_ = 0, seed_ = 0, random_ = 0;
    std::array<char, 2> barrier_tokens_{};
    std::array<char, warp_size> warp_tokens_{};
    kernel_call call_{};
    launch_tokens* tokens_ = nullptr;
    std::string failure_;
    shared_memory shared_;
    std::vector<temporary_use> temporaries_;
};

/// Runs every block of a grid, on several host threads.
/// @throw fault
void run_grid(grid_shape const& shape, void const* kernel, kernel_call const& call);

} // namespace emulation
