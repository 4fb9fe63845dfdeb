#pragma once

#include <newsgpu/near_duplicates.hpp>

#include <cstdint>
#include <string>

namespace newsgpu::python {

/// The options that say which pairs are found, of one call or of an index.
template <class Options>
Options make_pair_options(double threshold, std::string const& unit, int n, std::string const& similarity,
                          double recall, std::string const& method, std::uint64_t seed) {
    Options options;
    options.threshold = threshold;
    options.unit = parse_shingle_unit(unit);
    options.n = n;
    options.similarity = parse_set_similarity(similarity);
    options.recall = recall;
    options.method = parse_duplicate_method(method);
    options.seed = seed;
    return options;
}

} // namespace newsgpu::python
