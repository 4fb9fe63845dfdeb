#include <newsgpu/near_duplicates.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"
#include "pair_options.hpp"

#include <pybind11/stl.h>

#include <optional>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

using priorities_array = py::array_t<double, py::array::c_style | py::array::forcecast>;

near_duplicates_result find_duplicates(python_documents const& corpus, double threshold,
                                       std::string const& unit, int n, std::string const& similarity,
                                       double recall, std::string const& method, std::string const& cluster,
                                       std::string const& keep,
                                       std::optional<priorities_array> const& priorities, std::uint64_t seed,
                                       std::int64_t memory_budget, python_execution& how) {
    auto options =
        make_pair_options<near_duplicate_options>(threshold, unit, n, similarity, recall, method, seed);
    options.cluster = parse_cluster_rule(cluster);
    options.keep = parse_keep_rule(keep);
    options.memory_budget = memory_budget;
    if (priorities) {
        options.priorities = {priorities->data(), priorities->size()};
    }
    return without_gil(how,
                       [&](execution const& run) { return near_duplicates(corpus.units(), options, run); });
}

py::dict stats(near_duplicates_result const& result) {
    auto const& s = result.stats;
    py::dict seconds;
    for (auto const& [stage, time] : s.seconds) {
        seconds[stage] = time;
    }
    return py::dict{py::arg("documents") = s.documents,
                    py::arg("copies") = s.copies,
                    py::arg("shingles") = s.shingles,
                    py::arg("candidates") = s.candidates,
                    py::arg("pairs") = s.pairs,
                    py::arg("uncompared_pairs") = s.uncompared_pairs,
                    py::arg("bands") = s.bands,
                    py::arg("rows") = s.rows,
                    py::arg("minima") = s.minima,
                    py::arg("least_agreement") = s.least_agreement,
                    py::arg("expected_recall") = s.expected_recall,
                    py::arg("seconds") = seconds};
}

py::tuple pairs(near_duplicates_result const& result, python_execution& how) {
    auto all = without_gil(how, [&](execution const& run) { return expand_pairs(result, run); });
    return py::make_tuple(to_numpy(std::move(all.left)), to_numpy(std::move(all.right)),
                          to_numpy(std::move(all.similarity)));
}

/// A member of the result as an array that keeps the result alive.
template <class T>
auto array_of(buffer<T> near_duplicates_result::* member) {
    return [member](py::object const& self) {
        auto const& values = self.cast<near_duplicates_result const&>().*member;
        return py::array_t<T>{static_cast<py::ssize_t>(values.size()), values.data(), self};
    };
}

} // namespace

void bind_near_duplicates(py::module_& module) {
    py::class_<near_duplicates_result>(module, "NearDuplicates")
        .def_property_readonly("cluster_id", array_of(&near_duplicates_result::cluster_id))
        .def_property_readonly("keeper", array_of(&near_duplicates_result::keeper))
        .def_property_readonly("similarity", array_of(&near_duplicates_result::similarity))
        .def_property_readonly(
            "distinct_similarities",
            [](py::object const& self) {
                auto const& values = self.cast<near_duplicates_result const&>().distinct_pairs.similarity;
                return py::array_t<double>{static_cast<py::ssize_t>(values.size()), values.data(), self};
            })
        .def_property_readonly("stats", &stats)
        .def("pairs", &pairs, py::arg("execution"));
    module.def("near_duplicates", &find_duplicates, py::arg("corpus"), py::kw_only(), py::arg("threshold"),
               py::arg("unit"), py::arg("n"), py::arg("similarity"), py::arg("recall"), py::arg("method"),
               py::arg("cluster"), py::arg("keep"), py::arg("priorities"), py::arg("seed"),
               py::arg("memory_budget"), py::arg("execution"));
}

} // namespace newsgpu::python
