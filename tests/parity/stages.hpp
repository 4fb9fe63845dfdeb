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
    /// What is run in place of `differences` where it is about no corpus.
    std::int64_t (*alone)(device) = nullptr;

    stage(std::string called, std::function<std::int64_t(corpus_view, device)> run, bool resident = true)
        : name{std::move(called)}, differences{std::move(run)}, resident_too{resident} {}
    stage(std::string called, std::int64_t (*run)(device)) : name{std::move(called)}, alone{run} {}
};

std::vector<stage> all_stages();

} // namespace newsgpu::parity
