#include "cpu/thread_pool.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

namespace newsgpu::cpu {

/// All members are guarded by the pool's mutex.
class pooled_thread::thread {
public:
    std::condition_variable changed;
    std::function<void()> work; ///< empty: none to do
    bool ends = false;
    std::thread handle;
};

namespace {

using thread = pooled_thread::thread;

class thread_pool {
public:
    thread* start(std::function<void()> work) {
        std::lock_guard const lock{mutex_};
        join_ended();
        if (!waiting_.empty()) {
            auto* const taken = waiting_.back();
            waiting_.pop_back();
            taken->work = std::move(work);
            taken->changed.notify_all();
            return taken;
        }
        // Room for all of them, so that nothing is allocated, and nothing thrown, where one comes back.
        waiting_.reserve(num_threads_ + 1);
        ended_.reserve(num_threads_ + 1);
        auto made = std::make_unique<thread>();
        made->work = std::move(work);
        made->handle = std::thread{[this, it = made.get()] { serve(*it); }};
        ++num_threads_;
        return made.release();
    }

    /// Waits for the end of its work, then keeps the thread for the next.
    void take_back(thread* it) {
        std::unique_lock lock{mutex_};
        it->changed.wait(lock, [&] { return !it->work; });
        waiting_.push_back(it);
    }

    /// Ends the threads that wait.
    void close() {
        std::unique_lock lock{mutex_};
        join_ended();
        auto const ending = std::exchange(waiting_, {});
        num_threads_ -= ending.size();
        for (auto* const it : ending) {
            it->ends = true;
            it->changed.notify_all();
        }
        lock.unlock();
        for (auto* const it : ending) {
            it->handle.join();
            delete it;
        }
    }

private:
    static constexpr auto idle_time = std::chrono::seconds{1};

    void serve(thread& self) {
        std::unique_lock lock{mutex_};
        for (;;) {
            if (!self.changed.wait_for(lock, idle_time, [&] { return self.work || self.ends; })) {
                auto const place = std::find(waiting_.begin(), waiting_.end(), &self);
                if (place == waiting_.end()) {
                    continue; // somebody holds it
                }
                waiting_.erase(place);
                ended_.emplace_back(&self);
                return;
            }
            if (self.ends) {
                return;
            }
            lock.unlock();
            self.work();
            lock.lock();
            self.work = nullptr;
            self.changed.notify_all();
        }
    }

    /// These have let go of the mutex, and nothing is left for them to do.
    void join_ended() {
        for (auto const& it : ended_) {
            it->handle.join();
        }
        num_threads_ -= ended_.size();
        ended_.clear();
    }

    std::mutex mutex_;
    std::size_t num_threads_ = 0;
    std::vector<thread*> waiting_; ///< the one that worked last at the end: its caches are the warmest
    std::vector<std::unique_ptr<thread>> ended_;
};

/// Never destroyed: a thread may be at work while the process ends.
thread_pool* pool = nullptr;

thread_pool& the_pool() {
    static struct pool_lifetime {
        pool_lifetime() {
            auto const make = [] { pool = new thread_pool; };
            make();
            // A child has none of its parent's threads, and the pool's mutex may be locked there for ever.
            ::pthread_atfork(nullptr, nullptr, make);
        }
        /// Ends waiting threads before their code may be unloaded.
        ~pool_lifetime() { pool->close(); }
    } const lifetime;
    return *pool;
}

} // namespace

pooled_thread::pooled_thread(std::function<void()> work) : thread_{the_pool().start(std::move(work))} {}

pooled_thread::pooled_thread(pooled_thread&& other) noexcept
    : thread_{std::exchange(other.thread_, nullptr)} {}

pooled_thread::~pooled_thread() {
    if (thread_ != nullptr) {
        the_pool().take_back(thread_);
    }
}

} // namespace newsgpu::cpu
