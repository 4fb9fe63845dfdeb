#pragma once

#include <functional>

namespace newsgpu::cpu {

/// A thread that runs one function, like std::jthread, and then waits for the next object of this class:
/// starting one and warming its allocator up takes as long as counting hundreds of kilobytes, and a call has
/// many short stages. A thread that nobody has wanted for a second ends.
///
/// A child of fork() has none of its parent's threads and starts its own.
class pooled_thread {
public:
    /// @param work must not throw.
    /// @throw std::system_error if the system has no more threads.
    explicit pooled_thread(std::function<void()> work);
    /// Waits until the function has returned.
    ~pooled_thread();
    pooled_thread(pooled_thread&& other) noexcept;
    pooled_thread& operator=(pooled_thread&&) = delete;

    class thread;

private:
    thread* thread_;
};

} // namespace newsgpu::cpu
