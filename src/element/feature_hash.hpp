#pragma once

#include "element/murmur3.hpp"

#include <cstdint>

namespace newsgpu::element {

struct hashed_feature {
    std::int32_t column;
    bool negative;
};

/// The column and the sign of a term, scikit-learn's: |h| mod `num_features`, the sign of h. |-2^31| is no
/// int32; there the column is (2^31 - 1 - (num_features - 1)) mod num_features, which is 2^31 mod
/// num_features.
constexpr hashed_feature hash_feature(char const* text, std::int64_t size, std::int32_t num_features) {
    auto const hash = static_cast<std::int32_t>(murmur3_32(text, size));
    auto const magnitude = hash < 0 ? -std::int64_t{hash} : std::int64_t{hash};
    return {static_cast<std::int32_t>(magnitude % num_features), hash < 0};
}

} // namespace newsgpu::element
