#include "block.hpp"
#include "sanitizer.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>

namespace emulation {

launch_info current_launch;
void (*primitive_tracer)(char const* name, std::uint64_t bytes) = nullptr;

namespace {

/// Host threads that help with a grid.
class helpers {
public:
    explicit helpers(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            threads_.emplace_back([this] { serve(); });
        }
    }
    ~helpers() {
        {
            std::lock_guard const lock{mutex_};
            stop_ = true;
        }
        wake_.notify_all();
        for (auto& thread : threads_) {
            thread.join();
        }
    }

    /// Runs `work` on the calling thread and on all helpers at once.
    void run(std::function<void()> const& work) {
        {
            std::lock_guard const lock{mutex_};
            work_ = &work;
            left_ = threads_.size();
            ++round_;
        }
        wake_.notify_all();
        work();
        std::unique_lock lock{mutex_};
        done_.wait(lock, [this] { return left_ == 0; });
    }

private:
    void serve() {
        std::uint64_t seen = 0;
        std::unique_lock lock{mutex_};
        for (;;) {
            wake_.wait(lock, [&] { return stop_ || round_ != seen; });
            if (stop_) {
                return;
            }
            seen = round_;
            lock.unlock();
            (*work_)();
            lock.lock();
            if (--left_ == 0) {
                done_.notify_one();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_, done_;
    std::vector<std::thread> threads_;
    std::function<void()> const* work_ = nullptr;
    std::size_t left_ = 0;
    std::uint64_t round_ = 0;
    bool stop_ = false;
};

std::vector<unsigned> order_of_blocks(unsigned count) {
    std::vector<unsigned> order(count);
    std::iota(order.begin(), order.end(), 0u);
    auto const seed = current_settings().seed;
    if (seed == 1) {
        std::reverse(order.begin(), order.end());
    } else if (seed > 1) {
        auto random = seed ^ current_launch.number;
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[next_random(random) % i]);
        }
    }
    return order;
}

} // namespace

void run_grid(grid_shape const& shape, void const* kernel, kernel_call const& call) {
    current_launch = {kernel, current_launch.number + 1, std::uint64_t{shape.blocks} * shape.threads};
    auto const order = order_of_blocks(shape.blocks);
    static launch_tokens tokens;
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::string failure;
    std::function<void()> const work = [&] {
        for (std::size_t i; (i = next.fetch_add(1)) < order.size();) {
            try {
                block_engine::here().run(shape, order[i], call, tokens);
            } catch (fault const& found) {
                std::lock_guard const lock{mutex};
                failure = found.what();
                next = order.size();
            }
        }
    };
    release(&tokens.begin);
    auto const cores = std::max(1u, std::thread::hardware_concurrency());
    auto const workers = current_settings().workers == 0 ? cores : current_settings().workers;
    if (workers == 1 || shape.blocks == 1) {
        work();
    } else {
        static helpers team{workers - 1};
        team.run(work);
    }
    acquire(&tokens.end);
    if (!failure.empty()) {
        throw fault{failure};
    }
}

} // namespace emulation
