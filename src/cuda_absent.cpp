#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "instantiations.hpp"

// Linked where cuda/ is not.

namespace newsgpu::cuda {

namespace {

constexpr char reason[] = "this build of newsgpu has no CUDA backend";

} // namespace

char const* build_state() {
    return "no";
}

char const* architectures() {
    return "";
}

device_search find_devices() {
    return {0, reason};
}

std::shared_ptr<resident_text const> keep(corpus_view, execution const&) {
    throw device_unavailable{reason};
}

void limit_batches(std::int64_t) {}

char const* missing(tokenizer const&) {
    return reason;
}

char const* missing(normalization) {
    return reason;
}

char const* missing(shingle_unit) {
    return reason;
}

string_column normalize(corpus_view, normalization, execution const&) {
    throw device_unavailable{reason};
}

tokens tokenize(corpus_view, tokenizer const&, execution const&) {
    throw device_unavailable{reason};
}

buffer<std::int64_t> count_tokens(corpus_view, tokenizer const&, execution const&) {
    throw device_unavailable{reason};
}

char const* missing(analyzer const&) {
    return reason;
}

term_counts count_terms(corpus_view, analyzer const&, term_identity, execution const&) {
    throw device_unavailable{reason};
}

std::unique_ptr<counted_rows> count_rows(corpus_view, analyzer const&, term_identity, execution const&) {
    throw device_unavailable{reason};
}

document_keywords keywords(corpus_view, std::int64_t, analyzer const&, execution const&) {
    throw device_unavailable{reason};
}

similar_documents similar(corpus_view, std::int64_t, double, analyzer const&, execution const&) {
    throw device_unavailable{reason};
}

template <class Value>
csr_matrix<Value> count(corpus_view, analyzer const&, term_index const&, matrix_options<Value> const&,
                        execution const&) {
    throw device_unavailable{reason};
}

template <class Value>
csr_matrix<Value> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                               matrix_options<Value> const&, execution const&) {
    throw device_unavailable{reason};
}

template <class Value, class Offset, class Index>
void weigh(csr_view<Value, Offset, Index>, view<Value const>, row_norm, execution const&) {
    throw device_unavailable{reason};
}

#define NEWSGPU_INSTANTIATE(VALUE) NEWSGPU_INSTANTIATE_COUNTS(corpus_view, VALUE)
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

#define NEWSGPU_INSTANTIATE(VALUE, OFFSET, INDEX)                                                            \
    template void weigh(csr_view<VALUE, OFFSET, INDEX>, view<VALUE const>, row_norm, execution const&);
NEWSGPU_FOR_WEIGHED_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

void weaken_term_hashes(std::uint64_t) {}

token_hashes hash_tokens(corpus_view, tokenizer const&, std::uint64_t, execution const&) {
    throw device_unavailable{reason};
}

sketched_sets read_sets(corpus_view, near_duplicate_options const&, element::lsh_plan const&,
                        execution const&) {
    throw device_unavailable{reason};
}

std::unique_ptr<passage_stages> make_passage_stages(corpus_view, tokenizer const&, execution const&) {
    throw device_unavailable{reason};
}

std::unique_ptr<duplicate_stages> make_duplicate_stages(corpus_view, near_duplicate_options const&,
                                                        element::lsh_plan const&, execution const&) {
    throw device_unavailable{reason};
}

} // namespace newsgpu::cuda
