#pragma once

#include <newsgpu/execution.hpp>

#include <pybind11/pybind11.h>

#include <string>
#include <utility>

namespace newsgpu::python {

/// How a call from Python runs: its device, threads and what watches it.
class python_execution : public monitor {
public:
    python_execution(std::string const& device_name, int num_threads, pybind11::object progress);

    /// Takes the lock of the interpreter for a moment: Ctrl-C is noticed here, and a progress bar moves.
    void poll(char const* stage, double fraction) override;

    execution run() {
        execution how{device_, num_threads_, this};
        how.stats = &stats_;
        return how;
    }
    /// What was done on a device.
    device_stats const& stats() const { return stats_; }

private:
    newsgpu::device device_;
    int num_threads_;
    pybind11::object progress_;
    device_stats stats_;
};

/// Calls into the core with the interpreter's lock released. Safe because the core touches no Python object:
/// views point into buffers that the arguments of the call keep alive.
template <class Work>
auto without_gil(python_execution& how, Work work) {
    pybind11::gil_scoped_release const released;
    return work(how.run());
}

} // namespace newsgpu::python
