#pragma once

#include <newsgpu/execution.hpp>

#include <chrono>
#include <cstdint>

namespace newsgpu {

/// Tells a monitor about ten times a second how many bytes of a file are done.
class index_progress {
public:
    index_progress(char const* stage, std::int64_t total, execution const& run)
        : stage_{stage}, total_{total}, monitor_{run.monitor} {}

    void advance(std::int64_t bytes) {
        done_ += bytes;
        auto const now = clock::now();
        if (monitor_ != nullptr && now >= next_) {
            next_ = now + std::chrono::milliseconds{100};
            monitor_->poll(stage_, total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1);
        }
    }

private:
    using clock = std::chrono::steady_clock;
    char const* stage_;
    std::int64_t total_, done_ = 0;
    newsgpu::monitor* monitor_;
    clock::time_point next_ = clock::now();
};

} // namespace newsgpu
