#pragma once

#include <pybind11/pybind11.h>

// One function a noun; module.cpp calls them.

namespace newsgpu::python {

void bind_errors(pybind11::module_& module);
void bind_execution(pybind11::module_& module);
void bind_corpus(pybind11::module_& module);
void bind_duplicate_index(pybind11::module_& module);
void bind_near_duplicates(pybind11::module_& module);
void bind_normalize(pybind11::module_& module);
void bind_tokenize(pybind11::module_& module);
void bind_count(pybind11::module_& module);
void bind_ngrams(pybind11::module_& module);
void bind_tfidf(pybind11::module_& module);
void bind_keywords(pybind11::module_& module);
void bind_shared_passages(pybind11::module_& module);
void bind_similar(pybind11::module_& module);

} // namespace newsgpu::python
