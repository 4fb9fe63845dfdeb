#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/view.hpp>

#include "duplicate_stages.hpp"

#include <cstdint>
#include <utility>
#include <vector>

// The host's side of sets on a device: whose they are.

namespace newsgpu::cuda {

/// Documents whose sets are made in one pass over the corpus, ascending: set i is that of `documents[i]`.
struct set_list {
    std::vector<std::int64_t> documents;
    std::vector<std::int64_t> begins{0}; ///< [S + 1] of sets, shingles with their repeats counted

    void add(std::int64_t doc, std::int64_t num_shingles) {
        documents.push_back(doc);
        begins.push_back(begins.back() + num_shingles);
    }
};

/// The documents of two lists; those of `b` come behind those of `a`.
set_list both(set_list const& a, set_list const& b);

/// Parts of at most `most` shingles, or one set; in halves of that if they are several, since a join takes
/// two of them.
std::vector<set_list> cut(set_list const& list, std::int64_t most);

/// Pairs that reach the goal, collected from compared pairs of sets.
class found_pairs {
public:
    /// @param documents what the sets are of.
    void add(buffer<element::packed_pair> const& pairs, buffer<double> const& similarities,
             std::vector<std::int64_t> const& documents);
    joined_pairs take();

private:
    std::vector<std::pair<element::packed_pair, double>> found_;
    std::int64_t num_compared_ = 0;
};

} // namespace newsgpu::cuda
