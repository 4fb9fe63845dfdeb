#include <newsgpu/duplicate_index.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"
#include "pair_options.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <mutex>
#include <optional>
#include <stdexcept>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

/// An index that several Python threads may use: one call changes it at a time, and those that only read work
/// on a copy, which costs next to nothing.
class python_index {
public:
    explicit python_index(duplicate_index index) : index_{std::move(index)} {}

    template <class Change>
    auto change(Change work) {
        std::lock_guard const lock{mutex_};
        return work(index_);
    }

    duplicate_index copy() {
        std::lock_guard const lock{mutex_};
        return index_;
    }

private:
    std::mutex mutex_;
    duplicate_index index_;
};

std::unique_ptr<python_index> make(double threshold, std::string const& unit, int n,
                                   std::string const& similarity, double recall, std::string const& method,
                                   std::uint64_t seed) {
    return std::make_unique<python_index>(duplicate_index{
        make_pair_options<duplicate_index_options>(threshold, unit, n, similarity, recall, method, seed)});
}

std::unique_ptr<python_index> load(std::filesystem::path const& path, bool verify, python_execution& how) {
    return std::make_unique<python_index>(
        without_gil(how, [&](execution const& run) { return duplicate_index::load(path, verify, run); }));
}

/// Runs `work` without the interpreter's lock, and makes of what it found (row, id, match, match_id,
/// similarity, uncompared pairs).
template <class Work>
py::tuple find_matches(python_execution& how, Work work) {
    duplicate_matches found;
    try {
        found = without_gil(how, work);
    } catch (std::length_error const& error) {
        py::set_error(PyExc_MemoryError, error.what());
        throw py::error_already_set{};
    }
    return py::make_tuple(to_numpy(std::move(found.row)), to_numpy(std::move(found.ids)),
                          to_numpy(std::move(found.match)), to_numpy(std::move(found.match_ids)),
                          to_numpy(std::move(found.similarity)), found.uncompared_pairs);
}

corpus_view ids_of(python_corpus const* ids) {
    return ids == nullptr ? corpus_view{} : ids->view();
}

py::tuple add(python_index& self, python_corpus const& corpus, python_corpus const* ids, std::int64_t top,
              std::int64_t max_matches, python_execution& how) {
    return find_matches(how, [&](execution const& run) {
        return self.change([&](duplicate_index& index) {
            return index.add(corpus.view(), ids_of(ids), {top, max_matches}, run);
        });
    });
}

py::tuple query(python_index& self, python_corpus const& corpus, python_corpus const* ids, std::int64_t top,
                std::int64_t max_matches, bool within, python_execution& how) {
    return find_matches(how, [&](execution const& run) {
        return self.copy().query(corpus.view(), ids_of(ids), {top, max_matches, within}, run);
    });
}

py::tuple merge(python_index& self, python_index& other, std::int64_t top, std::int64_t max_matches,
                python_execution& how) {
    return find_matches(how, [&](execution const& run) {
        // Not under the other's lock: two indexes may be merged into each other.
        auto const others = other.copy();
        return self.change(
            [&](duplicate_index& index) { return index.merge(others, {top, max_matches}, run); });
    });
}

py::dict stats(python_index& self) {
    auto const s = self.copy().stats();
    return py::dict{py::arg("documents") = s.documents, py::arg("texts") = s.texts,
                    py::arg("shingles") = s.shingles,   py::arg("segments") = s.segments,
                    py::arg("num_bytes") = s.num_bytes, py::arg("bands") = s.bands,
                    py::arg("rows") = s.rows,           py::arg("expected_recall") = s.expected_recall};
}

char const* name(shingle_unit unit) {
    return unit == shingle_unit::words ? "words" : "characters";
}
char const* name(set_similarity similarity) {
    return similarity == set_similarity::jaccard ? "jaccard" : "containment";
}
char const* name(duplicate_method method) {
    return method == duplicate_method::minhash ? "minhash" : "exact";
}

py::dict options(python_index& self) {
    auto const o = self.copy().options();
    return py::dict{py::arg("threshold") = o.threshold,
                    py::arg("unit") = name(o.unit),
                    py::arg("n") = o.n,
                    py::arg("similarity") = name(o.similarity),
                    py::arg("recall") = o.recall,
                    py::arg("method") = name(o.method),
                    py::arg("seed") = o.seed};
}

} // namespace

void bind_duplicate_index(py::module_& module) {
    py::class_<python_index>(module, "DuplicateIndex")
        .def(py::init(&make), py::kw_only(), py::arg("threshold"), py::arg("unit"), py::arg("n"),
             py::arg("similarity"), py::arg("recall"), py::arg("method"), py::arg("seed"))
        .def_static("load", &load, py::arg("path"), py::arg("verify"), py::arg("execution"))
        .def("add", &add, py::arg("corpus"), py::arg("ids"), py::arg("top"), py::arg("max_matches"),
             py::arg("execution"))
        .def("query", &query, py::arg("corpus"), py::arg("ids"), py::arg("top"), py::arg("max_matches"),
             py::arg("within"), py::arg("execution"))
        .def("merge", &merge, py::arg("other"), py::arg("top"), py::arg("max_matches"), py::arg("execution"))
        .def(
            "save",
            [](python_index& self, std::filesystem::path const& path, python_execution& how) {
                without_gil(how, [&](execution const& run) { self.copy().save(path, run); });
            },
            py::arg("path"), py::arg("execution"))
        .def("__len__", [](python_index& self) { return self.copy().size(); })
        .def_property_readonly("options", &options)
        .def_property_readonly("stats", &stats);
}

} // namespace newsgpu::python
