#pragma once

#include <newsgpu/device.hpp>

#include <cstdint>

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

/// What calls did on a device, added up.
struct device_stats {
    std::int64_t batches = 0;
    std::int64_t resident_batches = 0; ///< of them, read from a device_corpus
    std::int64_t uploaded_bytes = 0;   ///< text and offsets
    std::int64_t cut_documents = 0;    ///< too large for one batch, and so computed in parts
    std::int64_t retries = 0;          ///< because device memory ran out
    /// Runs of interacting code points and missing documents whose form the host made.
    std::int64_t interacting_runs = 0;
    std::int64_t word_tiles = 0;         ///< of 1920 bytes, in which words or segments were looked for
    std::int64_t general_word_tiles = 0; ///< of them, not in ASCII
    std::int64_t exact_word_tiles = 0;   ///< of them, with segments that ICU divided on the host
    std::int64_t exact_word_bytes = 0;   ///< of these segments
};

/// How a call runs. Results never depend on it.
struct execution {
    newsgpu::device device = newsgpu::device::automatic();
    /// 0: as many as the process may use (affinity and cgroup limits count).
    int num_threads = 0;
    newsgpu::monitor* monitor = nullptr;
    /// Device memory that a call may take, in bytes; 0: half of what is free. A document that cannot be cut
    /// takes what it needs.
    std::int64_t device_memory = 0;
    /// Where not null, what the call does on a device is added here.
    device_stats* stats = nullptr;

    execution() = default;
    execution(newsgpu::device where, int threads = 0, newsgpu::monitor* watch = nullptr)
        : device{where}, num_threads{threads}, monitor{watch} {}
};

/// The number of cores this process may use: the smaller of its affinity mask and its cgroup quota, at
/// least 1.
int usable_cores();

} // namespace newsgpu
