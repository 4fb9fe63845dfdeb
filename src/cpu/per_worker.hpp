#pragma once

#include "cpu/parallel.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// Scratch that each worker makes on first use and keeps for all of its pieces.
template <class T>
class per_worker {
public:
    explicit per_worker(execution const& run) : made_(static_cast<std::size_t>(num_workers(run))) {}

    template <class... Args>
    T& get(worker const& self, Args&&... args) {
        auto& mine = made_[static_cast<std::size_t>(self.id())].scratch;
        if (!mine) {
            mine.emplace(std::forward<Args>(args)...);
        }
        return *mine;
    }

private:
    struct alignas(separate_lines) place {
        std::optional<T> scratch;
    };
    std::vector<place> made_;
};

} // namespace newsgpu::cpu
