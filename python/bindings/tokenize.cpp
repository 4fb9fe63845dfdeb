#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "corpus.hpp"
#include "execution.hpp"

#include <pybind11/stl.h>

namespace py = pybind11;

namespace newsgpu::python {

void bind_tokenize(py::module_& module) {
    py::class_<tokenizer>(module, "Tokenizer")
        .def(py::init([](std::string const& kind, std::string const& normalize,
                         std::vector<std::string> stop_words, int min_length) {
                 return tokenizer{parse_token_kind(kind), parse_normalization(normalize),
                                  std::move(stop_words), min_length};
             }),
             py::arg("kind"), py::arg("normalize"), py::arg("stop_words"), py::arg("min_length") = 1);
    module.def(
        "normalize_words",
        [](std::vector<std::string> const& words, std::string const& form) {
            auto const made = normalize(make_corpus(words), parse_normalization(form), {device::cpu(), 1});
            std::vector<std::string> normalized;
            for (std::int64_t i = 0; i < made.size(); ++i) {
                normalized.emplace_back(made[i]);
            }
            return normalized;
        },
        py::arg("words"), py::arg("form"));
    module.def(
        "tokenize",
        [](python_corpus const& corpus, tokenizer const& how, python_execution& options) {
            auto found =
                without_gil(options, [&](execution const& run) { return tokenize(corpus.view(), how, run); });
            return py::make_tuple(to_numpy(std::move(found.offsets)), to_numpy(std::move(found.starts)),
                                  to_numpy(std::move(found.ends)), to_numpy(std::move(found.status)));
        },
        py::arg("corpus"), py::arg("tokenizer"), py::arg("execution"));
    module.def(
        "count_tokens",
        [](python_corpus const& corpus, tokenizer const& how, python_execution& options) {
            return to_numpy(without_gil(
                options, [&](execution const& run) { return count_tokens(corpus.view(), how, run); }));
        },
        py::arg("corpus"), py::arg("tokenizer"), py::arg("execution"));
    module.def(
        "tokenize_to_text",
        [](python_corpus const& corpus, tokenizer const& how, python_execution& options) {
            auto found = without_gil(
                options, [&](execution const& run) { return tokenize_to_text(corpus.view(), how, run); });
            py::tuple const texts = to_numpy(std::move(found.texts));
            return py::make_tuple(to_numpy(std::move(found.offsets)), texts[0], texts[1]);
        },
        py::arg("corpus"), py::arg("tokenizer"), py::arg("execution"));
}

} // namespace newsgpu::python
