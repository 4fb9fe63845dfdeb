#include <newsgpu/count.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "element/feature_hash.hpp"
#include "names.hpp"
#include "require.hpp"

namespace newsgpu {

ngram_unit parse_ngram_unit(std::string_view name) {
    return parse_name<ngram_unit>("analyzer", name,
                                  {{"word", ngram_unit::words},
                                   {"char", ngram_unit::characters},
                                   {"char_wb", ngram_unit::characters_in_words}});
}

void require_ngram_range(analyzer const& how, int max_length) {
    require_between("min_n", how.min_n, 1, max_length);
    require_between("max_n", how.max_n, how.min_n, max_length);
}

term_counts count_terms(corpus_view corpus, analyzer const& how, execution const& run) {
    require_ngram_range(how);
    require_available(run.device, "count_terms");
    return cpu::count_terms(corpus, how, term_identity::text, run);
}

template <class Value>
document_terms<Value> count(corpus_view corpus, analyzer const& how, execution const& run) {
    require_ngram_range(how);
    require_available(run.device, "count");
    return cpu::count<Value>(corpus, how, run);
}

template <class Value>
csr_matrix<Value> count(corpus_view corpus, analyzer const& how, term_index const& columns,
                        execution const& run) {
    require_ngram_range(how);
    require_available(run.device, "count");
    return cpu::count<Value>(corpus, how, columns, run);
}

template <class Value>
csr_matrix<Value> count_hashed(corpus_view corpus, analyzer const& how, feature_hashing const& hashing,
                               execution const& run) {
    require_ngram_range(how);
    require_at_least("num_features", hashing.num_features, 1);
    require_available(run.device, "count_hashed");
    return cpu::count_hashed<Value>(corpus, how, hashing, run);
}

hashed_terms hash_terms(corpus_view terms, std::int32_t num_features) {
    require_at_least("num_features", num_features, 1);
    hashed_terms made;
    for (std::int64_t i = 0; i < terms.size(); ++i) {
        auto const [column, negative] =
            element::hash_feature(terms[i].data(), static_cast<std::int64_t>(terms[i].size()), num_features);
        made.columns.push_back(column);
        made.signs.push_back(negative ? -1 : 1);
    }
    return made;
}

template <class Value>
csr_matrix<Value> select_columns(csr_matrix<Value> const& matrix, view<std::uint8_t const> kept,
                                 execution const& run) {
    require_between("the size of kept", kept.size(), matrix.num_columns, matrix.num_columns);
    require_available(run.device, "select_columns");
    return cpu::select_columns(matrix, kept, run);
}

template document_terms<std::int32_t> count(corpus_view, analyzer const&, execution const&);
template csr_matrix<std::int32_t> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<std::int32_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               execution const&);
template csr_matrix<std::int32_t> select_columns(csr_matrix<std::int32_t> const&, view<std::uint8_t const>,
                                                 execution const&);

template document_terms<std::int64_t> count(corpus_view, analyzer const&, execution const&);
template csr_matrix<std::int64_t> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<std::int64_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               execution const&);
template csr_matrix<std::int64_t> select_columns(csr_matrix<std::int64_t> const&, view<std::uint8_t const>,
                                                 execution const&);

template document_terms<float> count(corpus_view, analyzer const&, execution const&);
template csr_matrix<float> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<float> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                        execution const&);
template csr_matrix<float> select_columns(csr_matrix<float> const&, view<std::uint8_t const>,
                                          execution const&);

template document_terms<double> count(corpus_view, analyzer const&, execution const&);
template csr_matrix<double> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<double> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                         execution const&);
template csr_matrix<double> select_columns(csr_matrix<double> const&, view<std::uint8_t const>,
                                           execution const&);

} // namespace newsgpu
