#include "cuda/batches.cuh"

#include "cuda/resident_corpus.cuh"

#include "backend.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>

namespace newsgpu::cuda {

namespace {

/// A batch of 64 MiB takes a few milliseconds, so that a call can be stopped and watched, and is large enough
/// to fill any device.
constexpr std::int64_t usual_batch_bytes = std::int64_t{64} << 20;
constexpr std::int64_t least_batch_bytes = std::int64_t{1} << 16;
/// A few copies of the bus's latency each.
constexpr std::int64_t usual_chunk_bytes = std::int64_t{4} << 20;
constexpr std::int64_t num_streams = 2;
/// An offset and a result, so that many empty documents are no small batch.
constexpr std::int64_t bytes_per_document = 16;

std::atomic<std::int64_t> chosen_batch_bytes = 0;

std::int64_t batch_bytes_within(execution const& run, std::int64_t device_bytes_per_byte) {
    if (chosen_batch_bytes > 0) {
        return chosen_batch_bytes;
    }
    auto const budget = run.device_memory > 0 ? run.device_memory : free_memory() / 2;
    return std::clamp(budget / num_streams / device_bytes_per_byte, least_batch_bytes, usual_batch_bytes);
}

/// What documents `first` to `last` take of a batch.
std::int64_t cost_of(corpus_view corpus, std::int64_t first, std::int64_t last) {
    return corpus.offsets()[last] - corpus.offsets()[first] + (last - first) * bytes_per_document;
}

/// A place between two batches.
struct place {
    std::int64_t doc = 0;
    std::int64_t byte = 0; ///< how many of its bytes come before

    friend bool operator==(place const&, place const&) = default;
};

/// A batch and what it lives on.
struct running_batch {
    batch which;
    place end;
    std::array<std::int64_t, 2> cut_offsets{};
    std::optional<device_text> copied; ///< where it is not read from a copy that is kept
    std::unique_ptr<batch_job> job;
    stream const* on = nullptr;
};

class runner {
public:
    runner(batch_plan const& plan, corpus_view corpus, execution const& run)
        : plan_{plan}, corpus_{corpus}, run_{run}, guard_{run.device.index},
          limit_{batch_bytes_within(run, plan.device_bytes_per_byte)},
          copies_{std::min(usual_chunk_bytes, limit_ / 4 + 1)},
          queues_{stream{run.device.index}, stream{run.device.index}} {
        if (auto const* kept = corpus.resident(); kept != nullptr && kept->device() == run.device.index) {
            resident_ = static_cast<resident_corpus const*>(kept);
        }
    }
    ~runner() {
        // After an exception work may be under way that uses what is about to go.
        for (auto const& queue : queues_) {
            try {
                queue.synchronize();
            } catch (std::exception const&) {
                // The first error is the one to be told.
            }
        }
    }
    runner(runner const&) = delete;
    runner& operator=(runner const&) = delete;

    void run() {
        while (done_.doc < corpus_.size()) {
            try {
                if (!current_) {
                    start(current_, done_);
                }
                if (overlaps_ && current_->end.doc < corpus_.size()) {
                    start(next_, current_->end);
                }
                device_stats counted;
                current_->job->finish(*current_->on, copies_, counted);
                add_to_stats(*current_, counted);
                done_ = current_->end;
                current_ = std::move(next_);
            } catch (out_of_device_memory const&) {
                retry();
            }
        }
    }

private:
    /// The batch that begins at `from`. Whether it fits a device is not known yet.
    std::unique_ptr<running_batch> plan_from(place from) const {
        auto made = std::make_unique<running_batch>();
        auto& which = made->which;
        which.first = from.doc;
        which.goes_on = from.byte > 0;
        if (plan_piece(from, *made)) {
            return made;
        }
        auto const begin = corpus_.offsets()[from.doc] + from.byte;
        auto const rest = corpus_.offsets()[from.doc + 1] - begin;
        if (rest > limit_ || which.goes_on) {
            // Of a missing document there is nothing to compute.
            bool const missing = corpus_.is_missing(from.doc);
            auto const text = as_string(corpus_.bytes().subview(begin, rest));
            auto const size = missing ? 0 : first_part(plan_.cuts, text, limit_);
            made->end = missing || size == rest ? place{from.doc + 1, 0} : place{from.doc, from.byte + size};
            made->cut_offsets = {begin, begin + size};
            which.documents = {corpus_.bytes(), {made->cut_offsets.data(), 2}};
            return made;
        }
        auto last = end_of_batch(corpus_, from.doc, limit_);
        if (resident_ != nullptr) {
            // Of one piece, and so that the next batch can be a whole one.
            auto const index = resident_->index_of(corpus_);
            last = std::min(last, resident_->piece_of(index + from.doc).last - index);
        }
        made->end = {last, 0};
        which.documents = corpus_.subview(from.doc, last - from.doc);
        return made;
    }

    /// Whether the batch is a piece of the corpus on the device, whole and where it lies.
    bool plan_piece(place from, running_batch& made) const {
        if (resident_ == nullptr || made.which.goes_on || has_retried_) {
            return false;
        }
        auto const index = resident_->index_of(corpus_);
        auto const& piece = resident_->piece_of(index + from.doc);
        if (piece.first != index + from.doc || piece.last > index + corpus_.size()) {
            return false;
        }
        made.end = {piece.last - index, 0};
        made.which.documents = corpus_.subview(from.doc, piece.last - piece.first);
        made.which.text = piece.text.view();
        return true;
    }

    /// Puts the first work of a batch into a stream. `slot` keeps it alive should that fail.
    void start(std::unique_ptr<running_batch>& slot, place from) {
        if (run_.monitor != nullptr) {
            run_.monitor->poll(plan_.stage,
                               static_cast<double>(from.doc) / static_cast<double>(corpus_.size()));
        }
        slot = plan_from(from);
        slot->on = &queues_[next_queue_++ % queues_.size()];
        auto& which = slot->which;
        if (which.text.offsets.empty()) {
            view<char const> there;
            if (resident_ != nullptr) {
                there = resident_->bytes_of(which.documents, resident_->index_of(corpus_) + from.doc);
            }
            which.text = slot->copied.emplace(which.documents, there, *slot->on, copies_).view();
        }
        slot->job = plan_.start(which, *slot->on, copies_);
    }

    /// Device memory ran out: what is not finished is given up and begins again, with less.
    void retry() {
        for (auto const& queue : queues_) {
            queue.synchronize();
        }
        next_.reset();
        current_.reset();
        if (run_.stats != nullptr) {
            ++run_.stats->retries;
        }
        if (overlaps_) {
            overlaps_ = false;
            return;
        }
        auto const failed = plan_from(done_);
        has_retried_ = true;
        auto const documents = failed->which.documents;
        limit_ = std::max<std::int64_t>(1, cost_of(documents, 0, documents.size()) / 2);
        auto const smaller = plan_from(done_);
        if (smaller->end == failed->end &&
            smaller->which.text.offsets.empty() == failed->which.text.offsets.empty()) {
            auto const size = std::to_string(documents.num_bytes());
            throw out_of_device_memory{
                "document " + std::to_string(done_.doc) + " has " + size +
                " bytes that cannot be parted and do not fit into the memory of cuda:" +
                std::to_string(run_.device.index) + ", where " + std::to_string(free_memory()) +
                " bytes are free; use device 'cpu'"};
        }
    }

    /// @param counted by its job.
    void add_to_stats(running_batch const& finished, device_stats const& counted) const {
        if (run_.stats == nullptr) {
            return;
        }
        auto& stats = *run_.stats;
        auto const& documents = finished.which.documents;
        ++stats.batches;
        if (finished.copied) {
            stats.uploaded_bytes += documents.offsets().size() * std::int64_t{sizeof(std::int64_t)};
        }
        if (resident_ != nullptr) {
            ++stats.resident_batches;
        } else {
            stats.uploaded_bytes += documents.num_bytes();
        }
        if (finished.end.byte > 0 && !finished.which.goes_on) {
            ++stats.cut_documents;
        }
        stats.interacting_runs += counted.interacting_runs;
        stats.word_tiles += counted.word_tiles;
        stats.general_word_tiles += counted.general_word_tiles;
        stats.exact_word_tiles += counted.exact_word_tiles;
        stats.exact_word_bytes += counted.exact_word_bytes;
    }

    batch_plan const& plan_;
    corpus_view corpus_;
    execution run_;
    device_guard guard_;
    std::int64_t limit_;
    staging copies_;
    std::array<stream, num_streams> queues_;
    std::size_t next_queue_ = 0;
    resident_corpus const* resident_ = nullptr;
    place done_; ///< the results of what comes before are home
    std::unique_ptr<running_batch> current_, next_;
    bool overlaps_ = true;
    bool has_retried_ = false; ///< with less than a whole batch
};

} // namespace

std::int64_t bytes_beside_batches(execution const& run) {
    return run.device_memory > 0 ? run.device_memory / 2 : free_memory() / 4;
}

std::int64_t end_of_batch(corpus_view corpus, std::int64_t first, std::int64_t limit) {
    auto fits = first + 1;
    for (auto beyond = corpus.size() + 1; beyond - fits > 1;) {
        auto const middle = fits + (beyond - fits) / 2;
        (cost_of(corpus, first, middle) <= limit ? fits : beyond) = middle;
    }
    return fits;
}

std::int64_t resident_batch_bytes() {
    return chosen_batch_bytes > 0 ? chosen_batch_bytes.load() : usual_batch_bytes;
}

void limit_batches(std::int64_t num_bytes) {
    chosen_batch_bytes = num_bytes;
}

void append_offsets(batch const& part, view<std::int64_t const> before, buffer<std::int64_t>& offsets) {
    auto const base = offsets.back();
    if (part.goes_on) {
        offsets.pop_back();
    }
    for (auto const count : before.subview(1, part.documents.size())) {
        offsets.push_back(base + count);
    }
}

void for_each_batch(batch_plan const& plan, corpus_view corpus, execution const& run) {
    if (!corpus.empty()) {
        runner{plan, corpus, run}.run();
    }
}

} // namespace newsgpu::cuda
