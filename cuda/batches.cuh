#pragma once

#include "cuda/stream.cuh"

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <cstdint>
#include <functional>

namespace newsgpu::cuda {

/// Runs `work(documents, index of the first, stream)` for a corpus in batches of whole documents, one after
/// the other, with the device of `run` current. Where device memory runs out the batch is tried again in
/// halves, so `work` must leave nothing behind when it throws. Cancelled and watched through the monitor
/// between batches.
/// @throw out_of_device_memory if a single document does not fit.
void for_each_batch(char const* stage, corpus_view corpus, execution const& run,
                    std::function<void(corpus_view, std::int64_t, stream const&)> const& work);

} // namespace newsgpu::cuda
