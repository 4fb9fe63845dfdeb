#include "execution.hpp"

#include "bindings.hpp"

#include <newsgpu/buffer.hpp>
#include <newsgpu/build_info.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/version.hpp>

#include <pybind11/stl.h>

namespace py = pybind11;

namespace newsgpu::python {

python_execution::python_execution(std::string const& device_name, int num_threads, py::object progress)
    : device_{device::parse(device_name)}, num_threads_{num_threads}, progress_{std::move(progress)} {
    if (num_threads < 0) {
        throw invalid_input{"num_threads must be None or at least 1, got " + std::to_string(num_threads)};
    }
}

void python_execution::poll(char const* stage, double fraction) {
    py::gil_scoped_acquire const held;
    if (PyErr_CheckSignals() != 0) {
        throw py::error_already_set{};
    }
    if (!progress_.is_none()) {
        progress_(stage, fraction);
    }
}

void bind_execution(py::module_& module) {
    py::class_<python_execution>(module, "Execution")
        .def(py::init<std::string const&, int, py::object>(), py::arg("device") = "auto",
             py::arg("num_threads") = 0, py::arg("progress") = py::none())
        .def_property_readonly("stats", [](python_execution const& how) {
            auto const& stats = how.stats();
            py::dict named;
            named["batches"] = stats.batches;
            named["resident_batches"] = stats.resident_batches;
            named["uploaded_bytes"] = stats.uploaded_bytes;
            named["cut_documents"] = stats.cut_documents;
            named["retries"] = stats.retries;
            named["interacting_runs"] = stats.interacting_runs;
            named["word_tiles"] = stats.word_tiles;
            named["general_word_tiles"] = stats.general_word_tiles;
            named["exact_word_tiles"] = stats.exact_word_tiles;
            named["exact_word_bytes"] = stats.exact_word_bytes;
            return named;
        });
    module.def("available_devices", &available_devices);
    module.def("usable_cores", &usable_cores);
    module.def("keep_memory", &keep_memory, py::arg("limit"));
    module.def("build_info", [] {
        py::dict info;
        for (auto const& [name, value] : build_info()) {
            info[py::str{name}] = value;
        }
        return info;
    });
    module.attr("version") = version;
}

} // namespace newsgpu::python
