#include "bindings.hpp"

#include <newsgpu/error.hpp>

#include <exception>
#include <filesystem>
#include <utility>

namespace py = pybind11;

namespace newsgpu::python {

// invalid_input is a std::invalid_argument, which pybind11 makes a ValueError.
void bind_errors(py::module_& module) {
    py::register_exception<device_unavailable>(module, "DeviceUnavailable", PyExc_RuntimeError);
    py::register_exception<cuda_error>(module, "CudaError", PyExc_RuntimeError);
    py::register_exception<corrupt_file>(module, "CorruptFile", PyExc_OSError);
    py::register_local_exception_translator([](std::exception_ptr raised) {
        try {
            std::rethrow_exception(std::move(raised));
        } catch (std::filesystem::filesystem_error const& error) {
            // OSError picks its subclass by the number: FileNotFoundError, PermissionError, …
            auto const number = error.code().value();
            auto const arguments =
                py::make_tuple(number, error.code().message(),
                               py::bytes{error.path1().string()}.attr("decode")("utf-8", "surrogateescape"));
            PyErr_SetObject(PyExc_OSError, arguments.ptr());
        }
    });
}

} // namespace newsgpu::python
