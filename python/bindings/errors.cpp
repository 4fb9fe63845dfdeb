#include "bindings.hpp"

#include <newsgpu/error.hpp>

namespace py = pybind11;

namespace newsgpu::python {

// invalid_input is a std::invalid_argument, which pybind11 makes a ValueError.
void bind_errors(py::module_& module) {
    py::register_exception<device_unavailable>(module, "DeviceUnavailable", PyExc_RuntimeError);
    py::register_exception<cuda_error>(module, "CudaError", PyExc_RuntimeError);
    py::register_exception<corrupt_file>(module, "CorruptFile", PyExc_OSError);
}

} // namespace newsgpu::python
