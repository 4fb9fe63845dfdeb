#include <newsgpu/similar.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

namespace py = pybind11;

namespace newsgpu::python {

void bind_similar(py::module_& module) {
    module.def(
        "similar",
        [](python_corpus const& corpus, std::int64_t top, double threshold, analyzer const& how,
           python_execution& options) {
            auto found = without_gil(options, [&](execution const& run) {
                return similar(corpus.view(), top, threshold, how, run);
            });
            return py::make_tuple(to_numpy(std::move(found.left)), to_numpy(std::move(found.right)),
                                  to_numpy(std::move(found.similarities)));
        },
        py::arg("corpus"), py::arg("top"), py::arg("threshold"), py::arg("analyzer"), py::arg("execution"));
}

} // namespace newsgpu::python
