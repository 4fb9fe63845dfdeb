#include <newsgpu/error.hpp>

#include "backend.hpp"

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

word_tile_counts count_word_tiles() {
    return {};
}

char const* missing(tokenizer const&) {
    return reason;
}

char const* missing(normalization) {
    return reason;
}

char const* missing(near_duplicate_options const&) {
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

template csr_matrix<std::int32_t> count(corpus_view, analyzer const&, term_index const&,
                                        matrix_options<std::int32_t> const&, execution const&);
template csr_matrix<std::int32_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               matrix_options<std::int32_t> const&, execution const&);
template csr_matrix<std::int64_t> count(corpus_view, analyzer const&, term_index const&,
                                        matrix_options<std::int64_t> const&, execution const&);
template csr_matrix<std::int64_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               matrix_options<std::int64_t> const&, execution const&);
template csr_matrix<float> count(corpus_view, analyzer const&, term_index const&,
                                 matrix_options<float> const&, execution const&);
template csr_matrix<float> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                        matrix_options<float> const&, execution const&);
template csr_matrix<double> count(corpus_view, analyzer const&, term_index const&,
                                  matrix_options<double> const&, execution const&);
template csr_matrix<double> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                         matrix_options<double> const&, execution const&);
template void weigh(csr_view<float, std::int32_t, std::int32_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<float, std::int64_t, std::int64_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<float, std::int64_t, std::int32_t>, view<float const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int32_t, std::int32_t>, view<double const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int64_t, std::int64_t>, view<double const>, row_norm,
                    execution const&);
template void weigh(csr_view<double, std::int64_t, std::int32_t>, view<double const>, row_norm,
                    execution const&);

void weaken_term_hashes(std::uint64_t) {}

token_hashes hash_tokens(corpus_view, tokenizer const&, std::uint64_t, execution const&) {
    throw device_unavailable{reason};
}

std::unique_ptr<duplicate_stages> make_duplicate_stages(corpus_view, near_duplicate_options const&,
                                                        element::lsh_plan const&, execution const&) {
    throw device_unavailable{reason};
}

} // namespace newsgpu::cuda
