#include <newsgpu/count.hpp>
#include <newsgpu/growing_terms.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

#include <newsgpu/error.hpp>

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace py = pybind11;

namespace newsgpu::python {

namespace {

using uint8_array = py::array_t<std::uint8_t, py::array::c_style>;
using int32_array = py::array_t<std::int32_t, py::array::c_style>;

/// Calls `work(Value{})` with the type that NumPy calls `dtype`.
template <class Work>
auto with_dtype(std::string const& dtype, Work work) {
    if (dtype == "int32") {
        return work(std::int32_t{});
    }
    if (dtype == "int64") {
        return work(std::int64_t{});
    }
    if (dtype == "float32") {
        return work(float{});
    }
    if (dtype == "float64") {
        return work(double{});
    }
    throw invalid_input{"dtype must be one of 'int32' 'int64' 'float32' 'float64', got '" + dtype + "'"};
}

/// (indptr int64, indices int32, data): a matrix by rows.
template <class Value>
py::tuple matrix_to_numpy(csr_matrix<Value> matrix) {
    return py::make_tuple(to_numpy(std::move(matrix.indptr)), to_numpy(std::move(matrix.indices)),
                          to_numpy(std::move(matrix.data)));
}

/// What becomes of the counts, as Python says it.
struct python_matrix_options {
    std::string dtype;
    bool binary;
    py::object idf; ///< None, or an array of `dtype`
    row_norm norm;

    python_matrix_options(std::string type, bool is_binary, py::object weights, std::string const& norm_name)
        : dtype{std::move(type)}, binary{is_binary}, idf{std::move(weights)},
          norm{parse_row_norm(norm_name)} {}
};

/// Makes a matrix of the type that is asked for: `work(matrix_options<Value>)`, run without the interpreter's
/// lock.
template <class Work>
py::tuple make_matrix(python_matrix_options const& wanted, Work work) {
    return with_dtype(wanted.dtype, [&]<class Value>(Value) -> py::tuple {
        matrix_options<Value> options{.binary = wanted.binary, .norm = wanted.norm};
        py::array_t<Value, py::array::c_style> idf;
        if (!wanted.idf.is_none()) {
            if (!py::isinstance<py::array_t<Value, py::array::c_style>>(wanted.idf)) {
                throw invalid_input{"idf must be an array of " + wanted.dtype};
            }
            idf = wanted.idf;
            options.idf = {idf.data(), idf.size()};
        }
        return matrix_to_numpy(work(options));
    });
}

/// Counted documents until Python knows which columns it wants.
class python_document_terms {
public:
    explicit python_document_terms(counted_documents counted) : counted_{std::move(counted)} {}

    std::int64_t size() const { return counted_ ? counted_->terms().terms.size() : terms_->terms.size(); }

    /// (counts, document_counts)
    py::tuple add_up(python_execution& how) {
        require_rows();
        without_gil(how, [&](execution const& run) { counted_->add_up(run); });
        return py::make_tuple(to_numpy(counted_->terms().counts),
                              to_numpy(counted_->terms().document_counts));
    }

    /// Once only: the rows are gone afterwards.
    py::tuple take_matrix(std::optional<uint8_array> const& kept, python_matrix_options const& wanted,
                          python_execution& how) {
        require_rows();
        view<std::uint8_t const> const mask =
            kept ? view<std::uint8_t const>{kept->data(), kept->size()} : view<std::uint8_t const>{};
        auto made = make_matrix(wanted, [&]<class Value>(matrix_options<Value> const& options) {
            return without_gil(how, [&](execution const& run) {
                auto matrix = counted_->matrix<Value>(options, mask, run);
                terms_ = std::make_shared<term_counts>(std::move(*counted_).take_terms());
                counted_.reset();
                return matrix;
            });
        });
        return made;
    }

    /// The terms, once the matrix has been taken.
    std::shared_ptr<term_counts> terms() const {
        if (!terms_) {
            throw invalid_input{"the matrix has to be taken before the terms"};
        }
        return terms_;
    }

private:
    void require_rows() const {
        if (!counted_) {
            throw invalid_input{"the matrix has been taken already"};
        }
    }

    std::optional<counted_documents> counted_;
    std::shared_ptr<term_counts> terms_;
};

py::tuple texts(term_counts const& counted, std::optional<int32_array> const& columns,
                python_execution& how) {
    return to_numpy(without_gil(how, [&](execution const& run) {
        return columns ? counted.terms.texts({columns->data(), columns->size()}, run)
                       : counted.terms.texts(run);
    }));
}

/// A read-only view that keeps its owner alive.
template <class T>
py::array_t<T> borrow(buffer<T> const& values, py::handle owner) {
    py::array_t<T> array{static_cast<py::ssize_t>(values.size()), values.data(), owner};
    array.attr("flags").attr("writeable") = false;
    return array;
}

void bind_terms(py::module_& module) {
    py::class_<analyzer>(module, "Analyzer")
        .def(py::init([](std::string const& unit, int min_n, int max_n,
                         std::optional<tokenizer> const& tokens, std::string const& form) {
                 return analyzer{parse_ngram_unit(unit), min_n, max_n, tokens.value_or(tokenizer{}),
                                 parse_normalization(form)};
             }),
             py::arg("unit"), py::arg("min_n"), py::arg("max_n"), py::arg("tokenizer") = py::none(),
             py::arg("form") = "lower");
    py::class_<term_counts, std::shared_ptr<term_counts>>(module, "TermCounts")
        .def("__len__", [](term_counts const& counted) { return counted.terms.size(); })
        .def_property_readonly(
            "counts",
            [](py::object const& self) { return borrow(self.cast<term_counts const&>().counts, self); })
        .def_property_readonly("document_counts",
                               [](py::object const& self) {
                                   return borrow(self.cast<term_counts const&>().document_counts, self);
                               })
        .def_property_readonly(
            "appearance",
            [](py::object const& self) { return borrow(self.cast<term_counts const&>().appearance, self); })
        .def("texts", &texts, py::arg("columns"), py::arg("execution"));
    py::class_<python_matrix_options>(module, "MatrixOptions")
        .def(py::init<std::string, bool, py::object, std::string const&>(), py::arg("dtype"),
             py::arg("binary") = false, py::arg("idf") = py::none(), py::arg("norm") = "none");
    py::class_<python_document_terms>(module, "DocumentTerms")
        .def("__len__", &python_document_terms::size)
        .def("add_up", &python_document_terms::add_up, py::arg("execution"))
        .def("take_matrix", &python_document_terms::take_matrix, py::arg("kept"), py::arg("options"),
             py::arg("execution"))
        .def_property_readonly("terms", &python_document_terms::terms);
    py::class_<term_index>(module, "TermIndex")
        .def(py::init([](python_corpus const& terms) {
                 string_column column;
                 for (std::int64_t i = 0; i < terms.view().size(); ++i) {
                     column.push_back(terms.view()[i]);
                 }
                 return term_index{std::move(column)};
             }),
             py::arg("terms"))
        .def("__len__", &term_index::size);
}

void bind_growing_terms(py::module_& module) {
    using int64_array = py::array_t<std::int64_t, py::array::c_style>;
    py::class_<growing_terms>(module, "GrowingTerms")
        .def(py::init<>())
        .def("__len__", &growing_terms::size)
        .def_property_readonly("num_documents", &growing_terms::num_documents)
        .def(
            "add",
            [](growing_terms& seen, term_counts const& batch, std::int64_t num_documents,
               python_execution& how) {
                without_gil(how, [&](execution const& run) { seen.add(batch, num_documents, run); });
            },
            py::arg("batch"), py::arg("num_documents"), py::arg("execution"))
        .def(
            "add_texts",
            [](growing_terms& seen, python_corpus const& terms, int64_array const& counts,
               int64_array const& document_counts, std::int64_t num_documents) {
                seen.add(terms.view(), {counts.data(), counts.size()},
                         {document_counts.data(), document_counts.size()}, num_documents);
            },
            py::arg("terms"), py::arg("counts"), py::arg("document_counts"), py::arg("num_documents"))
        .def("texts", [](growing_terms const& seen) { return to_numpy(seen.terms()); })
        .def_property_readonly("counts", [](growing_terms const& seen) { return to_numpy(seen.counts()); })
        .def_property_readonly("document_counts",
                               [](growing_terms const& seen) { return to_numpy(seen.document_counts()); })
        .def("sorted", [](growing_terms const& seen) { return to_numpy(seen.sorted()); });
}

/// {term: column} in the order of `columns`; term i of the large strings is column i.
py::dict term_columns(py::array_t<std::uint8_t, py::array::c_style> const& bytes,
                      py::array_t<std::int64_t, py::array::c_style> const& offsets,
                      int32_array const& columns) {
    auto const size = offsets.size() - 1;
    auto const* const text = reinterpret_cast<char const*>(bytes.data());
    auto const* const at = offsets.data();
    if (size < 0 || at[0] < 0 || at[size] > bytes.size()) {
        throw invalid_input{"bytes and offsets do not belong together"};
    }
    constexpr py::ssize_t terms_between_polls = 1 << 16;
    py::dict made;
    for (py::ssize_t i = 0; i < columns.size(); ++i) {
        auto const column = columns.data()[i];
        if (column < 0 || column >= size || at[column + 1] < at[column]) {
            throw invalid_input{"column " + std::to_string(column) + " is not one of " +
                                std::to_string(size)};
        }
        auto const length = at[column + 1] - at[column];
        auto const term =
            py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(text + at[column], length, nullptr));
        auto const value = py::reinterpret_steal<py::object>(PyLong_FromLong(column));
        if (!term || !value || PyDict_SetItem(made.ptr(), term.ptr(), value.ptr()) != 0 ||
            (i % terms_between_polls == 0 && PyErr_CheckSignals() != 0)) {
            throw py::error_already_set{};
        }
    }
    return made;
}

/// (columns int32, signs int8) of terms under feature hashing; each document of `terms` is one term.
py::tuple hash_terms_to_numpy(python_corpus const& terms, std::int32_t num_features) {
    auto [columns, signs] = hash_terms(terms.view(), num_features);
    return py::make_tuple(to_numpy(std::move(columns)), to_numpy(std::move(signs)));
}

} // namespace

void bind_count(py::module_& module) {
    bind_terms(module);
    bind_growing_terms(module);
    module.def("term_columns", &term_columns, py::arg("bytes"), py::arg("offsets"), py::arg("columns"));
    module.def("hash_terms", &hash_terms_to_numpy, py::arg("terms"), py::arg("num_features"));
    module.def(
        "count_terms",
        [](python_utf8_documents const& documents, analyzer const& how, python_execution& options) {
            return std::make_shared<term_counts>(without_gil(
                options, [&](execution const& run) { return count_terms(documents.documents(), how, run); }));
        },
        py::arg("documents"), py::arg("analyzer"), py::arg("execution"));
    module.def(
        "count",
        [](python_utf8_documents const& documents, analyzer const& how, python_execution& options) {
            return python_document_terms{without_gil(options, [&](execution const& run) {
                return counted_documents{documents.documents(), how, run};
            })};
        },
        py::arg("documents"), py::arg("analyzer"), py::arg("execution"));
    module.def(
        "count_columns",
        [](python_utf8_documents const& documents, analyzer const& how, term_index const& columns,
           python_matrix_options const& wanted, python_execution& how_to_run) {
            return make_matrix(wanted, [&]<class Value>(matrix_options<Value> const& options) {
                return without_gil(how_to_run, [&](execution const& run) {
                    return count<Value>(documents.documents(), how, columns, options, run);
                });
            });
        },
        py::arg("documents"), py::arg("analyzer"), py::arg("columns"), py::arg("options"),
        py::arg("execution"));
    module.def(
        "count_hashed",
        [](python_utf8_documents const& documents, analyzer const& how, std::int32_t num_features,
           bool alternate_sign, python_matrix_options const& wanted, python_execution& how_to_run) {
            return make_matrix(wanted, [&]<class Value>(matrix_options<Value> const& options) {
                return without_gil(how_to_run, [&](execution const& run) {
                    return count_hashed<Value>(documents.documents(), how, {num_features, alternate_sign},
                                               options, run);
                });
            });
        },
        py::arg("documents"), py::arg("analyzer"), py::arg("num_features"), py::arg("alternate_sign"),
        py::arg("options"), py::arg("execution"));
}

} // namespace newsgpu::python
