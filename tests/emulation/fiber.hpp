#pragma once

#include <cstddef>

namespace emulation {

/// A stack and the place where it stopped. The switch is hand-written on x86-64 (10 ns; `ucontext`, which is
/// used elsewhere, makes system calls and takes 200).
class fiber {
public:
    fiber() = default;
    ~fiber();
    fiber(fiber const&) = delete;
    fiber& operator=(fiber const&) = delete;

    /// This fiber is the calling host thread itself.
    void adopt_thread();
    /// (Re)starts at `entry`, which never returns, with the next switch.
    void start(void (*entry)());
    static void switch_from_to(fiber& from, fiber& to);
    /// The first call in `entry`. `adopted` is the fiber of the host thread.
    static void entered(fiber& adopted);

private:
    void* stopped_at_ = nullptr;
    std::byte* stack_ = nullptr;
    std::size_t stack_bytes_ = 0;
    [[maybe_unused]] void const* bottom_ = nullptr;
    [[maybe_unused]] void* fake_stack_ = nullptr;
    [[maybe_unused]] void* tsan_ = nullptr;
    bool owns_stack_ = false;
};

} // namespace emulation
