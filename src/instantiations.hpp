#pragma once

#include <cstdint>

// The types that templates of the interface are compiled for. INSTANTIATE is a macro that does it for those
// it is given.

/// What a count can be in a matrix.
#define NEWSGPU_FOR_COUNT_TYPES(INSTANTIATE)                                                                 \
    INSTANTIATE(std::int32_t)                                                                                \
    INSTANTIATE(std::int64_t)                                                                                \
    INSTANTIATE(float)                                                                                       \
    INSTANTIATE(double)

/// Weights, offsets and columns of a matrix that is weighed.
#define NEWSGPU_FOR_WEIGHED_TYPES(INSTANTIATE)                                                               \
    INSTANTIATE(float, std::int32_t, std::int32_t)                                                           \
    INSTANTIATE(float, std::int64_t, std::int64_t)                                                           \
    INSTANTIATE(float, std::int64_t, std::int32_t)                                                           \
    INSTANTIATE(double, std::int32_t, std::int32_t)                                                          \
    INSTANTIATE(double, std::int64_t, std::int64_t)                                                          \
    INSTANTIATE(double, std::int64_t, std::int32_t)

/// The counts of known and of hashed columns, of a corpus_view or a documents_view.
#define NEWSGPU_INSTANTIATE_COUNTS(DOCUMENTS, VALUE)                                                         \
    template csr_matrix<VALUE> count(DOCUMENTS, analyzer const&, term_index const&,                          \
                                     matrix_options<VALUE> const&, execution const&);                        \
    template csr_matrix<VALUE> count_hashed(DOCUMENTS, analyzer const&, feature_hashing const&,              \
                                            matrix_options<VALUE> const&, execution const&);
