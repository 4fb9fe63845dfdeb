#include "cuda/resident_corpus.cuh"

#include "cuda/batches.cuh"

#include "backend.hpp"

#include <algorithm>
#include <string>

namespace newsgpu::cuda {

namespace {

constexpr std::int64_t chunk_bytes = std::int64_t{4} << 20;

} // namespace

resident_corpus::resident_corpus(corpus_view corpus, execution const& run)
    : resident_text{run.device.index}, corpus_{corpus} {
    device_guard const guard{run.device.index};
    auto const limit = resident_batch_bytes();
    staging copies{std::min(chunk_bytes, limit / 4 + 1)};
    stream const on{run.device.index};
    auto const free = free_memory();
    try {
        for (std::int64_t first = 0; first < corpus.size();) {
            if (run.monitor != nullptr) {
                run.monitor->poll("copying", static_cast<double>(first) / static_cast<double>(corpus.size()));
            }
            auto const last = end_of_batch(corpus, first, limit);
            pieces_.push_back({first, last, {corpus.subview(first, last - first), {}, on, copies}});
            first = last;
        }
        on.synchronize();
    } catch (out_of_device_memory const&) {
        pieces_.clear();
        throw out_of_device_memory{
            "a corpus of " + std::to_string(corpus.num_bytes()) +
            " bytes does not fit into the memory of cuda:" + std::to_string(run.device.index) + ", where " +
            std::to_string(free) + " bytes were free"};
    }
}

resident_corpus::~resident_corpus() {
    // Calls that read it have waited for their work; memory goes back with its device current.
    device_guard const guard{device()};
    pieces_.clear();
}

resident_corpus::piece const& resident_corpus::piece_of(std::int64_t doc) const {
    auto const behind = std::upper_bound(pieces_.begin(), pieces_.end(), doc,
                                         [](std::int64_t at, piece const& each) { return at < each.first; });
    return *(behind - 1);
}

view<char const> resident_corpus::bytes_of(corpus_view part, std::int64_t doc) const {
    auto const& held = piece_of(doc);
    return held.text.bytes().subview(part.offsets().front() - corpus_.offsets()[held.first],
                                     part.num_bytes());
}

std::shared_ptr<resident_text const> keep(corpus_view corpus, execution const& run) {
    return std::make_shared<resident_corpus const>(corpus, run);
}

} // namespace newsgpu::cuda
