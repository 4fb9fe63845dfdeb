#pragma once

#include <newsgpu/device.hpp>

namespace newsgpu {

/// Watches a long call. It is called on the calling thread only, about ten times a second.
class monitor {
public:
    virtual ~monitor() = default;

    /// @param stage what is being done, in one or two words.
    /// @param fraction how much of this stage is done, 0 to 1.
    /// Throwing stops the call: worker threads end at their next checkpoint, and the exception
    /// reaches the caller.
    virtual void poll(char const* stage, double fraction) = 0;
};

/// How a call runs. Results never depend on it.
struct execution {
    newsgpu::device device = newsgpu::device::automatic();
    /// 0: as many as the process may use (affinity and cgroup limits count).
    int num_threads = 0;
    newsgpu::monitor* monitor = nullptr;

    execution() = default;
    execution(newsgpu::device where, int threads = 0, newsgpu::monitor* watch = nullptr)
        : device{where}, num_threads{threads}, monitor{watch} {}
};

/// The number of cores this process may use: the smaller of its affinity mask and its cgroup quota, at
/// least 1.
int usable_cores();

} // namespace newsgpu
