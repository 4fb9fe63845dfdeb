#include <newsgpu/ngrams.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

namespace py = pybind11;

namespace newsgpu::python {

void bind_ngrams(py::module_& module) {
    module.def(
        "count_ngrams",
        [](python_corpus const& corpus, analyzer const& how, std::int64_t top, std::int64_t min_count,
           std::int64_t min_documents, std::int64_t memory_budget, python_execution& options) {
            ngram_selection const which{top, min_count, min_documents, memory_budget};
            auto found = without_gil(
                options, [&](execution const& run) { return count_ngrams(corpus.view(), how, which, run); });
            py::tuple const terms = to_numpy(std::move(found.terms));
            return py::make_tuple(terms[0], terms[1], to_numpy(std::move(found.n)),
                                  to_numpy(std::move(found.counts)),
                                  to_numpy(std::move(found.document_counts)));
        },
        py::arg("corpus"), py::arg("analyzer"), py::arg("top"), py::arg("min_count"),
        py::arg("min_documents"), py::arg("memory_budget"), py::arg("execution"));
}

} // namespace newsgpu::python
