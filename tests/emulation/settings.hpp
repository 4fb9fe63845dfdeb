#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace emulation {

/// What a GPU would have answered with undefined behaviour, a hang or a launch error.
class fault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How the emulated machine behaves. Read from the environment on first use; tests may set them between
/// launches.
struct settings {
    /// EMULATION_SEED. 0: threads run in ascending order, 1: in descending order, else at random.
    std::uint64_t seed = 0;
    /// EMULATION_WORKERS: host threads that run blocks; 0 for as many as there are cores.
    unsigned workers = 0;
    /// EMULATION_DEVICES: how many devices there are.
    int devices = 1;
    /// EMULATION_DRIVER=absent: the runtime answers as on a machine without a driver.
    bool driver = true;
    /// EMULATION_POOLS=absent: a device without memory pools.
    bool pools = true;
    /// EMULATION_MEMORY: bytes of memory of a device.
    std::size_t memory_bytes = std::size_t{80} << 30;
};
settings& current_settings();

std::uint64_t next_random(std::uint64_t& state);

/// What uninitialised memory holds. It changes with the seed: two seeds that disagree show an uninitialised
/// read.
unsigned char poison_byte();

} // namespace emulation
