#pragma once

#include "cuda/check.cuh"

#include <memory>

namespace newsgpu::cuda {

/// Makes a device the calling thread's current one, and the former one again at the end.
class device_guard {
public:
    explicit device_guard(int device) {
        check(cudaGetDevice(&former_), "cudaGetDevice");
        if (device != former_) {
            check(cudaSetDevice(device), "cudaSetDevice");
        }
        changed_ = device != former_;
    }
    ~device_guard() {
        if (changed_) {
            cudaSetDevice(former_);
        }
    }
    device_guard(device_guard const&) = delete;
    device_guard& operator=(device_guard const&) = delete;

private:
    int former_ = 0;
    bool changed_ = false;
};

/// A queue of work for one device. Copies are handles of the same queue, which lives as long as the last of
/// them: a buffer holds one, so that its memory can always be given back in order.
class stream {
public:
    /// A new queue of `device`, which must be current (see device_guard).
    explicit stream(int device) : queue_{std::make_shared<queue const>(device)} {}

    cudaStream_t get() const { return queue_->handle; }
    int device() const { return queue_->device; }

    /// Waits until everything in the queue is done.
    void synchronize(site where = site::current()) const {
        check(cudaStreamSynchronize(get()), "cudaStreamSynchronize", where);
    }

private:
    struct queue {
        explicit queue(int of) : device{of} {
            // Non-blocking: nothing that others do on the default stream waits for us, nor we for them.
            check(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
        }
        ~queue() { cudaStreamDestroy(handle); }
        queue(queue const&) = delete;
        queue& operator=(queue const&) = delete;

        int device;
        cudaStream_t handle = nullptr;
    };

    std::shared_ptr<queue const> queue_;
};

/// A point in a stream that another stream, or the host, can wait for.
class event {
public:
    event() { check(cudaEventCreateWithFlags(&handle_, cudaEventDisableTiming), "cudaEventCreateWithFlags"); }
    ~event() { cudaEventDestroy(handle_); }
    event(event const&) = delete;
    event& operator=(event const&) = delete;

    void record(stream const& on) { check(cudaEventRecord(handle_, on.get()), "cudaEventRecord"); }

    /// What is put into `waiter` from now on runs after the recorded point.
    void hold_back(stream const& waiter) const {
        check(cudaStreamWaitEvent(waiter.get(), handle_, 0), "cudaStreamWaitEvent");
    }

    /// The host waits for the recorded point.
    void synchronize(site where = site::current()) const {
        check(cudaEventSynchronize(handle_), "cudaEventSynchronize", where);
    }

private:
    cudaEvent_t handle_ = nullptr;
};

} // namespace newsgpu::cuda
