#include <newsgpu/keywords.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

namespace py = pybind11;

namespace newsgpu::python {

void bind_keywords(py::module_& module) {
    module.def(
        "keywords",
        [](python_corpus const& corpus, std::int64_t top, analyzer const& how, python_execution& options) {
            auto found = without_gil(
                options, [&](execution const& run) { return keywords(corpus.view(), top, how, run); });
            py::tuple const terms = to_numpy(std::move(found.terms));
            return py::make_tuple(to_numpy(std::move(found.documents)), to_numpy(std::move(found.ranks)),
                                  terms[0], terms[1], to_numpy(std::move(found.scores)));
        },
        py::arg("corpus"), py::arg("top"), py::arg("analyzer"), py::arg("execution"));
}

} // namespace newsgpu::python
