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
