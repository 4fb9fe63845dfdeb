#include "block.hpp"

#include "sanitizer.hpp"

#include <algorithm>
#include <bit>

#if defined(EMULATION_MSAN)
// The standard library and ICU are not built for MSan: only what the emulation marks counts as uninitialised,
// and the strings that ICU hands to the C library are not looked at.
extern "C" char const* __msan_default_options();
extern "C" char const* __msan_default_options() {
    return "poison_in_malloc=0:poison_in_free=0:intercept_strlen=0:intercept_strcmp=0:intercept_strchr=0";
}
// What poison_in_malloc=0 says of fresh memory, of memory that is used again.
extern "C" void __sanitizer_malloc_hook(void const volatile* at, std::size_t bytes);
extern "C" void __sanitizer_malloc_hook(void const volatile* at, std::size_t bytes) {
    __msan_unpoison(at, bytes);
}
#endif

namespace emulation {

constinit thread_local coordinates here{};

namespace {

/// Switches in one block before it counts as hung.
constexpr std::uint64_t patience = 50'000'000;

thread_local block_engine* running_engine = nullptr;

std::string place(call_site const& where) {
    std::string const file = where.file;
    return file.substr(file.rfind('/') + 1) + ":" + std::to_string(where.line);
}

} // namespace

void raise_fault(std::string const& message) {
    throw fault{message};
}

block_engine::block_engine()
    : fibers_(max_block_size), threads_(max_block_size), meetings_(max_block_size), slots_(max_block_size) {
    host_.adopt_thread();
}

block_engine& block_engine::here() {
    static thread_local block_engine engine;
    return engine;
}

block_engine* block_engine::running() {
    return running_engine;
}

void block_engine::run(grid_shape const& shape, unsigned block, kernel_call const& call,
                       launch_tokens& tokens) {
    prepare(shape, block, call, tokens);
    current_ = pick();
    emulation::here = {current_, block, count_, shape.blocks};
    running_engine = this;
    fiber::switch_from_to(host_, *threads_[current_].context);
    running_engine = nullptr;
    emulation::here = {};
    acquire(&tokens.end);
    shared_.clear();
    if (!failure_.empty()) {
        num_started_ = 0; // the stacks were left in the middle
        throw fault{failure_};
    }
}

void block_engine::prepare(grid_shape const& shape, unsigned block, kernel_call const& call,
                           launch_tokens& tokens) {
    count_ = shape.threads;
    call_ = call;
    tokens_ = &tokens;
    failure_.clear();
    seed_ = current_settings().seed;
    random_ = ((seed_ + 1) * 0x9E37'79B9'7F4A'7C15) ^ (block * 0xD1B5'4A32'D192'ED03);
    head_ = tail_ = 0;
    num_done_ = arrived_ = 0;
    barriers_passed_ = switches_ = 0;
    exited_.fill(0);
    in_flight_.fill(0);
    for (auto& meeting : meetings_) {
        meeting.arrived = 0;
    }
    temporaries_.clear();
    shared_.start(shape.dynamic_shared_bytes);
    for (unsigned i = num_started_; i < count_; ++i) {
        fibers_[i].start(&entry);
    }
    num_started_ = std::max(num_started_, count_);
#if defined(EMULATION_TSAN)
    // Else thread 0 of every block would be one and the same thread to TSan, and race with none of the
    // others.
    unsigned const turn = block * 37;
#else
    unsigned const turn = 0;
#endif
    for (unsigned i = 0; i < count_; ++i) {
        threads_[i].context = &fibers_[(i + turn) % count_];
    }
    for_ranks(count_, [&](unsigned rank) { make_ready(rank); });
}

// ---- the life of a CUDA thread

void block_engine::entry() {
    fiber::entered(running_engine->host_);
    running_engine->live();
}

void block_engine::live() {
    for (;;) {
        run_body();
        leave_block();
    }
}

void block_engine::run_body() {
    try {
        acquire(&tokens_->begin);
        call_.body(call_.arguments);
        release(&tokens_->end);
        check_exit();
    } catch (fault const& found) {
        failure_ = found.what();
    } catch (std::exception const& thrown) {
        failure_ = std::string{"an exception in a kernel: "} + thrown.what();
    }
    if (!failure_.empty()) {
        end_after_fault(failure_.c_str());
    }
}

void block_engine::leave_block() {
    auto& mine = threads_[current_];
    mine.now = state::done;
    ++num_done_;
    if (failure_.empty() && num_done_ < count_) {
        if (num_ready() > 0) {
            current_ = emulation::here.thread = pick();
            fiber::switch_from_to(*mine.context, *threads_[current_].context);
            return;
        }
        try {
            deadlock();
        } catch (fault const& found) {
            failure_ = found.what();
            end_after_fault(failure_.c_str());
        }
    }
    fiber::switch_from_to(*mine.context, host_);
}

void block_engine::check_exit() {
    unsigned const lane = current_ % warp_size;
    unsigned const warp = current_ / warp_size;
    exited_[warp] |= 1u << lane;
    if (arrived_ > 0) {
        raise_fault("divergent barrier: thread " + me() + " exits while " + std::to_string(arrived_) +
                    " threads wait at " + place(barrier_where_));
    }
    for (unsigned i = 0; in_flight_[warp] > 0 && i < warp_size; ++i) {
        auto const& meeting = meetings_[warp * warp_size + i];
        if (meeting.arrived != 0 && (meeting.mask >> lane & 1) != 0) {
            raise_fault("thread " + me() + " exits while its warp waits for it at " + place(meeting.where));
        }
    }
}

// ---- barriers of the block

void block_engine::sync_block(call_site where, void* slot, void (*combine)(void**, unsigned)) {
    if (num_done_ > 0) {
        raise_fault("divergent barrier: " + place(where) + " reached by thread " + me() + " after " +
                    std::to_string(num_done_) + " threads have exited");
    }
    if (arrived_ == 0) {
        barrier_where_ = where;
    } else if (!(where == barrier_where_)) {
        raise_fault("divergent barrier: thread " + me() + " waits at " + place(where) + ", others at " +
                    place(barrier_where_));
    }
    char* token = &barrier_tokens_[barriers_passed_ & 1];
    release(token);
    slots_[current_] = slot;
    if (++arrived_ < count_) {
        park(state::at_barrier, where);
    } else {
        arrived_ = 0;
        ++barriers_passed_;
        if (combine != nullptr) {
            acquire(token);
            combine(slots_.data(), count_);
            release(token);
        }
        for_ranks(count_, [&](unsigned rank) {
            if (rank != current_) {
                make_ready(rank);
            }
        });
        yield();
    }
    acquire(token);
}

void block_engine::enter_temporary(void const* storage, call_site where) const {
    for (auto const& use : temporaries_) {
        if (use.storage == storage && use.barriers == barriers_passed_) {
            raise_fault("a collective at " + place(where) +
                        " uses its storage again without a barrier between");
        }
    }
}

void block_engine::leave_temporary(void const* storage) {
    for (auto& use : temporaries_) {
        if (use.storage == storage) {
            use.barriers = barriers_passed_;
            return;
        }
    }
    temporaries_.push_back({storage, barriers_passed_});
}

// ---- exchanges of a warp

unsigned block_engine::lanes_of(unsigned warp) const {
    unsigned const left = count_ - warp * warp_size;
    return left >= warp_size ? 0xFFFF'FFFF : (1u << left) - 1;
}

void block_engine::check_lanes(warp_op op, unsigned mask, unsigned from, call_site where) const {
    unsigned const lane = current_ % warp_size;
    unsigned const warp = current_ / warp_size;
    auto const refuse = [&](std::string const& what) {
        raise_fault("warp collective at " + place(where) + ": " + what);
    };
    if ((mask >> lane & 1) == 0) {
        refuse("lane " + std::to_string(lane) + " is not in its own mask");
    }
    if ((mask & ~lanes_of(warp)) != 0) {
        refuse("the mask names lanes beyond the block");
    }
    if ((mask & exited_[warp]) != 0) {
        refuse("the mask names lanes that have exited");
    }
    if (op == warp_op::shuffle && (from >= warp_size || (mask >> from & 1) == 0)) {
        refuse("lane " + std::to_string(from) + " is read, which is not in the mask: undefined");
    }
}

std::uint64_t block_engine::exchange(warp_op op, unsigned mask, std::uint64_t value, unsigned from,
                                     call_site where) {
    check_lanes(op, mask, from, where);
    unsigned const lane = current_ % warp_size;
    unsigned const warp = current_ / warp_size;
    auto& meeting = meetings_[warp * warp_size + static_cast<unsigned>(std::countr_zero(mask))];
    if (meeting.arrived == 0) {
        meeting.mask = mask;
        meeting.op = op;
        meeting.where = where;
        ++in_flight_[warp];
    } else if (meeting.mask != mask || meeting.op != op || !(meeting.where == where)) {
        raise_fault("divergent warp collective: thread " + me() + " at " + place(where) +
                    ", others of its warp at " + place(meeting.where));
    }
    meeting.value[lane] = value;
    meeting.from[lane] = static_cast<std::uint8_t>(from);
    meeting.arrived |= 1u << lane;
    char* token = &warp_tokens_[warp];
    if (op == warp_op::sync) {
        release(token); // shuffles and ballots order no memory
    }
    if (meeting.arrived == mask) {
        complete(meeting, warp, lane);
        yield();
    } else {
        park(state::at_warp, where);
    }
    if (op == warp_op::sync) {
        acquire(token);
    }
    return threads_[current_].mailbox;
}

void block_engine::complete(rendezvous& meeting, unsigned warp, unsigned lane) {
    meeting.arrived = 0;
    --in_flight_[warp];
    unsigned votes = 0;
    for (unsigned i = 0; i < warp_size; ++i) {
        if ((meeting.mask >> i & 1) != 0 && meeting.value[i] != 0) {
            votes |= 1u << i;
        }
    }
    for_ranks(warp_size, [&](unsigned i) {
        if ((meeting.mask >> i & 1) == 0) {
            return;
        }
        threads_[warp * warp_size + i].mailbox =
            meeting.op == warp_op::ballot ? votes : meeting.value[meeting.from[i]];
        if (i != lane) {
            make_ready(warp * warp_size + i);
        }
    });
}

// ---- scheduling

std::string block_engine::me() const {
    return std::to_string(current_) + " of block " + std::to_string(emulation::here.block);
}

void block_engine::make_ready(unsigned rank) {
    threads_[rank].now = state::ready;
    ready_[tail_++ % ring_size] = static_cast<std::uint16_t>(rank);
}

unsigned block_engine::pick() {
    if (random_order()) {
        // Knuth's MMIX generator: the quickest that will do.
        random_ = random_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
        auto const chosen = head_ + static_cast<unsigned>((random_ >> 32) * num_ready() >> 32);
        std::swap(ready_[head_ % ring_size], ready_[chosen % ring_size]);
    }
    return ready_[head_++ % ring_size];
}

void block_engine::park(state why, call_site where) {
    threads_[current_].now = why;
    threads_[current_].where = where;
    if (num_ready() == 0) {
        deadlock();
    }
    switch_to_next();
}

void block_engine::yield() {
    if (num_ready() == 0) {
        count_switch();
        return;
    }
    make_ready(current_);
    switch_to_next();
}

void block_engine::switch_to_next() {
    count_switch();
    unsigned const next = pick();
    if (next == current_) {
        return;
    }
    auto& from = threads_[current_];
    current_ = emulation::here.thread = next;
    fiber::switch_from_to(*from.context, *threads_[next].context);
}

void block_engine::count_switch() {
    if (++switches_ > patience) {
        raise_fault("block " + std::to_string(emulation::here.block) +
                    " seems to hang: " + std::to_string(patience) + " switches");
    }
}

void block_engine::deadlock() const {
    std::string message = "deadlock in block " + std::to_string(emulation::here.block) + ":";
    constexpr unsigned max_shown = 4;
    unsigned shown = 0;
    for (unsigned i = 0; i < count_ && shown < max_shown; ++shown) {
        auto const& first = threads_[i];
        unsigned last = i;
        while (last < count_ && threads_[last].now == first.now && threads_[last].where == first.where) {
            ++last;
        }
        message +=
            " threads " + std::to_string(i) + "-" + std::to_string(last - 1) +
            (first.now == state::done ? std::string{" exited;"} : " wait at " + place(first.where) + ";");
        i = last;
    }
    raise_fault(message);
}

// ---- what device code calls

void sync_block(call_site where) {
    running_engine->sync_block(where, nullptr, nullptr);
}

void block_combine(void* slot, void (*combine)(void**, unsigned), call_site where) {
    running_engine->sync_block(where, slot, combine);
}

std::uint64_t warp_exchange(warp_op op, unsigned mask, std::uint64_t value, unsigned from, call_site where) {
    return running_engine->exchange(op, mask, value, from, where);
}

void* static_shared(void const* tag, std::size_t bytes, std::size_t alignment) {
    return running_engine->shared().object(tag, bytes, alignment);
}

void* dynamic_shared() {
    return running_engine->shared().dynamic();
}

bool is_shared(void const* address) {
    return running_engine->shared().contains(address);
}

void enter_temporary(void const* storage, call_site where) {
    running_engine->enter_temporary(storage, where);
}

void leave_temporary(void const* storage) {
    running_engine->leave_temporary(storage);
}

void yield_now() {
    running_engine->yield();
}

void maybe_yield() {
    if (running_engine != nullptr && running_engine->random_order() &&
        (next_random(running_engine->random()) & 3) == 0) {
        running_engine->yield();
    }
}

} // namespace emulation
