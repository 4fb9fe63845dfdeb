#include "cpu/pair_spool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace newsgpu::cpu {

namespace {

constexpr std::size_t least_capacity = 1 << 10, usual_batch = std::size_t{1} << 16;
constexpr auto pair_bytes = static_cast<std::int64_t>(sizeof(packed_pair));

} // namespace

pair_spool::pair_spool(std::int64_t num_documents, std::int64_t memory_bytes)
    : num_documents_{num_documents} {
    if (memory_bytes == 0) {
        capacity_ = batch_size_ = std::numeric_limits<std::size_t>::max();
        return;
    }
    // Sorting takes as much again, and workers hold their batches; later runs are read ahead, and the pairs
    // that were taken have a place in an order and a similarity.
    capacity_ = std::max(least_capacity, static_cast<std::size_t>(memory_bytes / pair_bytes) / 4);
    batch_size_ = std::min(usual_batch, capacity_ / 4);
}

void pair_spool::add(buffer<packed_pair>& pairs) {
    std::lock_guard const lock{mutex_};
    if (pending_.empty() && capacity_ == std::numeric_limits<std::size_t>::max()) {
        pending_ = std::move(pairs);
    } else {
        pending_.insert(pending_.end(), pairs.begin(), pairs.end());
    }
    pairs.clear();
    if (pending_.size() >= capacity_) {
        write_run();
    }
}

void pair_spool::sort_pending() {
    sort_pairs(pending_, num_documents_);
    pending_.erase(std::unique(pending_.begin(), pending_.end()), pending_.end());
}

void pair_spool::write_run() {
    if (!file_) {
        file_ = std::make_unique<spill_file>();
    }
    sort_pending();
    auto const count = std::ssize(pending_);
    file_->write(written_ * pair_bytes, pending_.data(), count * pair_bytes);
    runs_.push_back({written_, written_ + count, {}, 0});
    written_ += count;
    pending_.clear();
}

buffer<packed_pair> pair_spool::take() {
    if (runs_.empty()) {
        sort_pending();
        return std::exchange(pending_, {});
    }
    if (!merging_) {
        begin_merge();
    }
    buffer<packed_pair> taken;
    while (!heap_.empty() && taken.size() < capacity_) {
        auto const pair = front(heap_.front());
        taken.push_back(pair);
        // Other runs may have it too.
        while (!heap_.empty() && front(heap_.front()) == pair) {
            advance();
        }
    }
    return taken;
}

/// Leaves the smallest pair behind.
void pair_spool::advance() {
    auto const later = [this](std::size_t a, std::size_t b) { return front(a) > front(b); };
    std::pop_heap(heap_.begin(), heap_.end(), later);
    auto& from = runs_[heap_.back()];
    ++from.at;
    if (fill(from)) {
        std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
        heap_.pop_back();
    }
}

void pair_spool::begin_merge() {
    merging_ = true;
    write_run();
    pending_ = {};
    ahead_size_ = std::max<std::size_t>(capacity_ / runs_.size(), 64);
    for (std::size_t r = 0; r < runs_.size(); ++r) {
        if (fill(runs_[r])) {
            heap_.push_back(r);
        }
    }
    std::make_heap(heap_.begin(), heap_.end(),
                   [this](std::size_t a, std::size_t b) { return front(a) > front(b); });
}

/// Whether there is another pair.
bool pair_spool::fill(run& from) {
    if (from.at < from.ahead.size()) {
        return true;
    }
    auto const count = std::min<std::int64_t>(from.end - from.next, static_cast<std::int64_t>(ahead_size_));
    if (count == 0) {
        return false;
    }
    from.ahead.resize(static_cast<std::size_t>(count));
    file_->read(from.next * pair_bytes, from.ahead.data(), count * pair_bytes);
    from.next += count;
    from.at = 0;
    return true;
}

} // namespace newsgpu::cpu
