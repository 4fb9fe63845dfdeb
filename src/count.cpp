#include <newsgpu/count.hpp>

#include <newsgpu/error.hpp>

#include "analyzer.hpp"
#include "backend.hpp"
#include "dispatch.hpp"
#include "element/feature_hash.hpp"
#include "instantiations.hpp"
#include "names.hpp"
#include "require.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace newsgpu {

ngram_unit parse_ngram_unit(std::string_view name) {
    return parse_name<ngram_unit>("analyzer", name,
                                  {{"word", ngram_unit::words},
                                   {"char", ngram_unit::characters},
                                   {"char_wb", ngram_unit::characters_in_words}});
}

namespace {

/// Whether words in this form are words still: others may leave nothing of one, or put a space into it.
bool keeps_words(normalization form) {
    using enum normalization;
    return form == none || form == lower || form == casefold || form == nfc;
}

} // namespace

void require_analyzer(analyzer const& how, int max_length) {
    require_between("min_n", how.min_n, 1, max_length);
    require_between("max_n", how.max_n, how.min_n, max_length);
    if (how.unit == ngram_unit::characters_in_words && !keeps_words(how.form)) {
        throw invalid_input{
            "the form for char_wb must be none, lower, casefold or nfc: others may put a space into a word"};
    }
}

tokenizer tokens_of(analyzer const& how) {
    // White space ends every context that lowering looks at (a final sigma), so words can be brought to their
    // form one by one.
    return how.unit == ngram_unit::words ? how.tokens
                                         : tokenizer{.kind = token_kind::whitespace, .form = how.form};
}

namespace {

/// Checks what `options` say of a matrix of `num_columns` columns.
template <class Value>
void require_options(matrix_options<Value> const& options, std::int64_t num_columns) {
    auto const weighs = !options.idf.empty() || options.norm != row_norm::none;
    if (weighs && !std::is_floating_point_v<Value>) {
        throw invalid_input{"idf and norm are for matrices of float or double"};
    }
    if (!options.idf.empty()) {
        require_one_each("idf", options.idf.size(), num_columns, "columns");
    }
}

} // namespace

term_counts count_terms(documents_view documents, analyzer const& how, execution const& run) {
    require_analyzer(how);
    auto const decided = decide_device(run, documents.corpus(), "count_terms", cuda::missing(how));
    return decided.device.type == device::kind::cuda
               ? cuda::count_terms(gathered_documents{documents}, how, term_identity::text, decided)
               : cpu::count_terms(documents, how, term_identity::text, decided);
}

template <class Value>
document_terms<Value> count(documents_view documents, analyzer const& how, execution const& run) {
    counted_documents counted{documents, how, run};
    counted.add_up(run);
    document_terms<Value> made;
    made.matrix = counted.matrix<Value>({}, {}, run);
    made.terms = std::move(counted).take_terms();
    return made;
}

counted_documents::counted_documents(documents_view documents, analyzer const& how, execution const& run) {
    require_analyzer(how);
    auto const decided = decide_device(run, documents.corpus(), "count", cuda::missing(how));
    rows_ = decided.device.type == device::kind::cuda
                ? cuda::count_rows(gathered_documents{documents}, how, term_identity::text, decided)
                : cpu::count_rows(documents, how, term_identity::text, decided);
}

counted_documents::counted_documents(counted_documents&&) noexcept = default;
counted_documents& counted_documents::operator=(counted_documents&&) noexcept = default;
counted_documents::~counted_documents() = default;

term_counts const& counted_documents::terms() const {
    return rows_->terms();
}

void counted_documents::add_up(execution const& run) {
    rows_->add_up(run);
}

template <class Value>
csr_matrix<Value> counted_documents::matrix(matrix_options<Value> const& options,
                                            view<std::uint8_t const> kept, execution const& run) const {
    auto const num_terms = terms().terms.size();
    if (!kept.empty()) {
        require_one_each("kept", kept.size(), num_terms, "terms");
    }
    require_options(options, kept.empty() ? num_terms
                                          : std::count_if(kept.begin(), kept.end(),
                                                          [](std::uint8_t keep) { return keep != 0; }));
    return rows_->matrix(options, kept, run);
}

term_counts counted_documents::take_terms() && {
    return rows_->take_terms();
}

template <class Value>
csr_matrix<Value> count(documents_view documents, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options, execution const& run) {
    require_analyzer(how);
    require_options(options, columns.size());
    auto const decided = decide_device(run, documents.corpus(), "count", cuda::missing(how));
    return decided.device.type == device::kind::cuda
               ? cuda::count(gathered_documents{documents}, how, columns, options, decided)
               : cpu::count(documents, how, columns, options, decided);
}

template <class Value>
csr_matrix<Value> count_hashed(documents_view documents, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run) {
    require_analyzer(how);
    require_at_least("num_features", hashing.num_features, 1);
    require_options(options, hashing.num_features);
    auto const decided = decide_device(run, documents.corpus(), "count_hashed", cuda::missing(how));
    return decided.device.type == device::kind::cuda
               ? cuda::count_hashed(gathered_documents{documents}, how, hashing, options, decided)
               : cpu::count_hashed(documents, how, hashing, options, decided);
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

#define NEWSGPU_INSTANTIATE(VALUE)                                                                           \
    template document_terms<VALUE> count(documents_view, analyzer const&, execution const&);                 \
    template csr_matrix<VALUE> counted_documents::matrix(matrix_options<VALUE> const&,                       \
                                                         view<std::uint8_t const>, execution const&) const;  \
    NEWSGPU_INSTANTIATE_COUNTS(documents_view, VALUE)
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu
