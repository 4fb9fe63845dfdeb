#include "bindings.hpp"

PYBIND11_MODULE(_core, module) {
    using namespace newsgpu::python;
    module.doc() = "newsgpu's C++ core. Private: use the names of the package newsgpu.";
    bind_errors(module);
    bind_execution(module);
    bind_corpus(module);
    bind_duplicate_index(module);
    bind_near_duplicates(module);
    bind_normalize(module);
    bind_tokenize(module);
    bind_count(module);
    bind_ngrams(module);
    bind_tfidf(module);
    bind_keywords(module);
    bind_shared_passages(module);
    bind_similar(module);
}
