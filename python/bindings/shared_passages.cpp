#include <newsgpu/shared_passages.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

#include <pybind11/stl.h>

#include <optional>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

using sources_array = py::array_t<std::int32_t, py::array::c_style>;

py::tuple find_passages(python_corpus const& corpus, std::int64_t min_tokens,
                        std::optional<sources_array> const& sources, tokenizer const& how,
                        python_execution& options) {
    passage_options wanted{min_tokens, {}};
    if (sources) {
        wanted.sources = {sources->data(), sources->size()};
    }
    auto found = without_gil(
        options, [&](execution const& run) { return shared_passages(corpus.view(), wanted, how, run); });
    return py::make_tuple(to_numpy(std::move(found.left)), to_numpy(std::move(found.right)),
                          to_numpy(std::move(found.left_start)), to_numpy(std::move(found.left_end)),
                          to_numpy(std::move(found.right_start)), to_numpy(std::move(found.right_end)),
                          to_numpy(std::move(found.num_tokens)), to_numpy(std::move(found.num_documents)),
                          to_numpy(std::move(found.source_documents)), found.crowded_runs);
}

} // namespace

void bind_shared_passages(py::module_& module) {
    module.def("shared_passages", &find_passages, py::arg("corpus"), py::arg("min_tokens"),
               py::arg("sources"), py::arg("tokenizer"), py::arg("execution"));
}

} // namespace newsgpu::python
