#pragma once

#include "cuda/device_text.cuh"
#include "cuda/staging.cuh"
#include "cuda/sure_place.cuh"

#include <newsgpu/corpus.hpp>
#include <newsgpu/execution.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace newsgpu::cuda {

/// Documents of a corpus on the device. A document that is too large for one batch comes as several, one
/// after the other, each to be read as a document of its own.
struct batch {
    corpus_view documents;
    std::int64_t first; ///< which document of the corpus the first one is
    bool goes_on;       ///< the first one goes on with the document that the batch before ended with
    text_view text;
};

/// What a call has under way for a batch.
class batch_job {
public:
    virtual ~batch_job() = default;
    /// Waits for the device and brings the results home; jobs finish in the order of the corpus. What throws
    /// out_of_device_memory has left nothing behind.
    /// @param stats where it adds what it counts besides batches and bytes.
    virtual void finish(stream const& on, staging& copies, device_stats& stats) = 0;
};

/// Appends where a batch's documents end: `before`, counted from the last offset on. One that goes on with a
/// document moves its end. Jobs take all that is before the last offset for good, so that what one leaves
/// behind that runs out of memory is written over.
void append_offsets(batch const& part, view<std::int64_t const> before, buffer<std::int64_t>& offsets);

/// What is to be done with a corpus.
struct batch_plan {
    char const* stage;
    /// Where documents may be cut that are too large.
    cut_rule cuts;
    /// Device memory for a byte of text, its copy included, at most.
    std::int64_t device_bytes_per_byte;
    /// Puts the first work for a batch into a stream and does not wait. The batch lives as long as the job.
    std::function<std::unique_ptr<batch_job>(batch const&, stream const&, staging&)> start;
};

/// Runs a plan over a corpus, on the device of `run` and within its memory: while a batch is computed in one
/// stream the next one is copied in another. A corpus that is kept on the device is read where it lies. Where
/// memory runs out batches are tried again alone, and then in halves. Cancelled and watched through the
/// monitor between batches.
/// @throw out_of_device_memory if a document does not fit that cannot be cut; the message names it.
void for_each_batch(batch_plan const& plan, corpus_view corpus, execution const& run);

/// Device memory for what a step keeps while no batch is under way: half of the budget of a call, or, without
/// one, a quarter of what is free, so that what else is made finds some.
std::int64_t bytes_beside_batches(execution const& run);

/// As many documents from `first` on as a batch of `limit` bytes takes, at least one.
std::int64_t end_of_batch(corpus_view corpus, std::int64_t first, std::int64_t limit);

/// How large the batches of a corpus are that is kept on the device.
std::int64_t resident_batch_bytes();

} // namespace newsgpu::cuda
