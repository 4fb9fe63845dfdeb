#pragma once

#include "token_numbers.hpp"

#include <cstdint>

namespace newsgpu {

/// The stages of shared_passages that a device may do: those that read the text or all of its tokens.
class passage_stages {
public:
    virtual ~passage_stages() = default;

    virtual token_numbers read() = 0;

    /// The runs of n tokens whose hash occurs more than once, ascending by hash and place. Equal runs have
    /// equal hashes, and seldom do others.
    virtual buffer<hashed_run> find_repeated(token_numbers const& numbers, std::int64_t n) = 0;
};

} // namespace newsgpu
