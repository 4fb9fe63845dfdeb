#include <newsgpu/normalize.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

namespace py = pybind11;

namespace newsgpu::python {

void bind_normalize(py::module_& module) {
    module.def(
        "normalize",
        [](python_corpus const& corpus, std::string const& form, python_execution& how) {
            auto const wanted = parse_normalization(form);
            return to_numpy(without_gil(
                how, [&](execution const& run) { return normalize(corpus.view(), wanted, run); }));
        },
        py::arg("corpus"), py::arg("form"), py::arg("execution"));
}

} // namespace newsgpu::python
