#include <newsgpu/tfidf.hpp>

#include "bindings.hpp"
#include "execution.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <newsgpu/error.hpp>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

template <class T>
using array = py::array_t<T, py::array::c_style>;

// No argument is converted: `data` is changed in place, and a converted copy would be changed instead.
template <class Value, class Index>
void bind_weigh(py::module_& module) {
    module.def(
        "weigh",
        [](array<Index> const& indptr, array<Index> const& indices, array<Value>& data,
           std::optional<array<Value>> const& idf, std::string const& norm, python_execution& options) {
            if (data.size() != indices.size() || indptr.size() == 0 ||
                indptr.at(indptr.size() - 1) > data.size()) {
                throw invalid_input{"indptr, indices and data do not belong to one matrix"};
            }
            auto const wanted = parse_row_norm(norm);
            csr_view<Value, Index, Index> const matrix{{indptr.data(), indptr.size()},
                                                       {indices.data(), indices.size()},
                                                       {data.mutable_data(), data.size()}};
            view<Value const> const weights =
                idf ? view<Value const>{idf->data(), idf->size()} : view<Value const>{};
            without_gil(options, [&](execution const& run) { weigh(matrix, weights, wanted, run); });
        },
        py::arg("indptr").noconvert(), py::arg("indices").noconvert(), py::arg("data").noconvert(),
        py::arg("idf"), py::arg("norm"), py::arg("execution"));
}

} // namespace

void bind_tfidf(py::module_& module) {
    bind_weigh<float, std::int32_t>(module);
    bind_weigh<float, std::int64_t>(module);
    bind_weigh<double, std::int32_t>(module);
    bind_weigh<double, std::int64_t>(module);
}

} // namespace newsgpu::python
