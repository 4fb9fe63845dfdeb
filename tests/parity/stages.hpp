#pragma once

#include <newsgpu/corpus.hpp>
#include <newsgpu/device.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace newsgpu::parity {

/// Something that both backends compute.
struct stage {
    std::string name;
    /// In how many places the answers for a corpus differ.
    std::function<std::int64_t(corpus_view, device)> differences;
    /// Whether to run it on a corpus that is kept on the device, too: once for each way through the batches.
    bool resident_too = true;
};

std::vector<stage> all_stages();

} // namespace newsgpu::parity
