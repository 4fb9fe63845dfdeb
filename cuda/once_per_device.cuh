#pragma once

#include "cuda/stream.cuh"

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace newsgpu::cuda {

/// Tables that every call needs, one of them in the memory of each device. `Tables` is made of a stream.
///
/// Let it be an object that is never destroyed: at the end of the program the driver may be gone before it.
template <class Tables>
class once_per_device {
public:
    /// The tables on the stream's device, made by the first call for it.
    Tables const& get(stream const& on) {
        std::lock_guard const lock{guard_};
        auto const device = static_cast<std::size_t>(on.device());
        if (of_device_.size() <= device) {
            of_device_.resize(device + 1);
        }
        if (!of_device_[device]) {
            auto made = std::make_unique<Tables const>(on);
            on.synchronize(); // other streams read them too
            of_device_[device] = std::move(made);
        }
        return *of_device_[device];
    }

private:
    std::mutex guard_;
    std::vector<std::unique_ptr<Tables const>> of_device_;
};

} // namespace newsgpu::cuda
