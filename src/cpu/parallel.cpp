#include "cpu/parallel.hpp"

#include "cpu/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

namespace newsgpu::cpu {

namespace detail {

using clock = std::chrono::steady_clock;
constexpr auto poll_interval = std::chrono::milliseconds{100};

/// Reading the clock takes as long as some lines of text: where checkpoints follow each other this quickly,
/// it is read at one of so many.
constexpr auto quick = std::chrono::milliseconds{1};
constexpr int looks_saved = 16;

/// When a thread polls next, and whom. A call of many short teams is watched as one of a long one.
struct poll_time {
    newsgpu::monitor* monitor = nullptr;
    clock::time_point next;
};
thread_local poll_time next_poll;

/// Thrown inside workers to unwind a piece after somebody asked to stop; never leaves this file.
struct stopped {};

class team {
public:
    team(char const* stage, std::int64_t num_pieces, execution const& run,
         std::function<void(std::int64_t, worker&)> const& body)
        : stage_{stage}, num_pieces_{num_pieces}, monitor_{run.monitor}, body_{body},
          num_workers_{static_cast<int>(std::min<std::int64_t>(cpu::num_workers(run), num_pieces))} {
        if (next_poll.monitor != monitor_) {
            next_poll = {monitor_, last_look_ + poll_interval};
        }
    }

    void run() {
        std::vector<pooled_thread> threads;
        threads.reserve(static_cast<std::size_t>(num_workers_));
        running_ = num_workers_;
        try {
            for (int id = 1; id < num_workers_; ++id) {
                threads.emplace_back([this, id] { work(id); });
            }
        } catch (std::system_error const&) {
            // Fewer threads than hoped for: the pieces are taken from a counter, so those that started do the
            // rest.
            leave(num_workers_ - 1 - static_cast<int>(threads.size()));
        }
        work(0);
        wait_for_others();
        threads.clear();
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    void checkpoint(int id) {
        if (id == 0) {
            checkpoint_of_caller();
        }
        if (stop_.load(std::memory_order_relaxed)) {
            throw stopped{};
        }
    }

private:
    void work(int id) {
        worker self{*this, id};
        try {
            for (;;) {
                checkpoint(id);
                auto const piece = next_.fetch_add(1, std::memory_order_relaxed);
                if (piece >= num_pieces_) {
                    break;
                }
                body_(piece, self);
                done_.fetch_add(1, std::memory_order_relaxed);
            }
        } catch (stopped const&) {
        } catch (...) {
            fail(std::current_exception());
        }
        leave(1);
    }

    void checkpoint_of_caller() {
        if (monitor_ != nullptr && --unlooked_ <= 0) {
            auto const now = clock::now();
            unlooked_ = now - last_look_ < quick ? looks_saved : 0;
            last_look_ = now;
            poll(now);
        }
    }

    void poll(clock::time_point now) {
        if (monitor_ == nullptr || now < next_poll.next) {
            return;
        }
        next_poll.next = now + poll_interval;
        monitor_->poll(stage_, static_cast<double>(done_.load(std::memory_order_relaxed)) /
                                   static_cast<double>(num_pieces_));
    }

    void wait_for_others() {
        std::unique_lock lock{mutex_};
        while (!finished_.wait_for(lock, poll_interval, [this] { return running_ == 0; })) {
            lock.unlock();
            try {
                poll(clock::now());
            } catch (...) {
                fail(std::current_exception());
            }
            lock.lock();
        }
    }

    void fail(std::exception_ptr failure) {
        std::lock_guard const lock{mutex_};
        if (!failure_) {
            failure_ = std::move(failure);
        }
        stop_.store(true, std::memory_order_relaxed);
    }

    void leave(int count) {
        std::lock_guard const lock{mutex_};
        running_ -= count;
        if (running_ == 0) {
            finished_.notify_all();
        }
    }

    char const* stage_;
    std::int64_t num_pieces_;
    newsgpu::monitor* monitor_;
    std::function<void(std::int64_t, worker&)> const& body_;
    int num_workers_;
    // What one thread writes at every checkpoint is in no cache line that another one reads there.
    alignas(separate_lines) std::atomic<bool> stop_ = false;
    alignas(separate_lines) std::atomic<std::int64_t> next_ = 0, done_ = 0;
    alignas(separate_lines) clock::time_point last_look_ = clock::now();
    int unlooked_ = 0; ///< checkpoints of the caller until the clock is read
    alignas(separate_lines) std::mutex mutex_;
    std::condition_variable finished_;
    int running_ = 0;
    std::exception_ptr failure_;
};

} // namespace detail

void worker::checkpoint() {
    team_->checkpoint(id_);
}

int num_workers(execution const& run) {
    return run.num_threads > 0 ? run.num_threads : usable_cores();
}

void for_each_piece(char const* stage, std::int64_t num_pieces, execution const& run,
                    std::function<void(std::int64_t, worker&)> const& body) {
    if (num_pieces > 0) {
        detail::team{stage, num_pieces, run, body}.run();
    }
}

std::vector<document_range> document_ranges(unit_documents documents, std::int64_t target_bytes) {
    // A row costs something even without text: a million one-word documents are not one piece.
    constexpr std::int64_t bytes_of_a_row = 16;
    std::vector<document_range> ranges;
    for (std::int64_t first = 0; first < documents.size();) {
        auto last = first;
        for (std::int64_t bytes = 0; last < documents.size() && bytes < target_bytes; ++last) {
            bytes += documents[last].num_bytes() + bytes_of_a_row;
        }
        ranges.push_back({first, last});
        first = last;
    }
    return ranges;
}

} // namespace newsgpu::cpu
