#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace newsgpu {

/// Where work runs. `automatic` lets the library choose; the others are commands.
struct device {
    enum class kind { automatic, cpu, cuda };

    kind type = kind::automatic;
    int index = 0;

    static constexpr device automatic() { return {kind::automatic, 0}; }
    static constexpr device cpu() { return {kind::cpu, 0}; }
    static constexpr device cuda(int index = 0) { return {kind::cuda, index}; }

    /// Reads `auto`, `cpu`, `cuda` or `cuda:K`.
    /// @throw invalid_input for anything else.
    static device parse(std::string_view name);

    friend constexpr bool operator==(device const&, device const&) = default;
};

/// The names of the devices that this build can use on this machine, `cpu` first.
std::vector<std::string> available_devices();

} // namespace newsgpu
