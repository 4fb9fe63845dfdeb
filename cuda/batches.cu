#include "cuda/batches.cuh"

#include "backend.hpp"

#include <algorithm>
#include <atomic>

namespace newsgpu::cuda {

namespace {

/// A batch of 64 MiB takes a few milliseconds, so that a call can be stopped and watched, and its arrays (up
/// to 20 bytes a byte of text) fit into any device.
constexpr std::int64_t usual_batch_bytes = std::int64_t{64} << 20;

std::atomic<std::int64_t> chosen_batch_bytes = 0;

/// As many documents from `first` on as have at most `limit` bytes, at least one.
std::int64_t end_of_batch(corpus_view corpus, std::int64_t first, std::int64_t limit) {
    auto const offsets = corpus.offsets();
    auto const* begin = offsets.begin() + first + 2;
    return std::upper_bound(begin, offsets.end(), offsets[first] + limit) - offsets.begin() - 1;
}

} // namespace

void limit_batches(std::int64_t num_bytes) {
    chosen_batch_bytes = num_bytes;
}

void for_each_batch(char const* stage, corpus_view corpus, execution const& run,
                    std::function<void(corpus_view, std::int64_t, stream const&)> const& work) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    auto limit = chosen_batch_bytes > 0 ? chosen_batch_bytes.load() : usual_batch_bytes;
    for (std::int64_t first = 0; first < corpus.size();) {
        if (run.monitor != nullptr) {
            run.monitor->poll(stage, static_cast<double>(first) / static_cast<double>(corpus.size()));
        }
        auto const last = end_of_batch(corpus, first, limit);
        try {
            work(corpus.subview(first, last - first), first, on);
            first = last;
        } catch (out_of_device_memory const&) {
            if (last - first == 1) {
                throw;
            }
            limit = (corpus.offsets()[last] - corpus.offsets()[first]) / 2;
        }
    }
}

} // namespace newsgpu::cuda
