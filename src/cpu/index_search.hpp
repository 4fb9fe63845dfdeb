#pragma once

#include "cpu/copies.hpp"
#include "cpu/jaccard.hpp"
#include "cpu/kernels.hpp"
#include "cpu/parallel.hpp"
#include "index_segment.hpp"

#include <cstdint>
#include <vector>

namespace newsgpu::cpu {

/// A text that reaches the threshold.
struct text_match {
    std::uint32_t text;
    double similarity;
};

/// A text to be held against an index that has it.
struct sought_text {
    shingle_set set;
    /// [minima], [bands]; without bands both are empty.
    view<std::uint8_t const> sketch;
    view<std::uint32_t const> band_keys;
    /// Its own number.
    std::uint32_t text;
    /// Texts from this number on are not looked at.
    std::uint32_t end;
};

/// Holds one text after another against an index. One per thread.
class index_searcher {
public:
    explicit index_searcher(index_contents const& contents);

    /// The texts that reach the threshold, ascending, without itself.
    std::vector<text_match> search(sought_text const& sought, worker& self);

    /// Texts that share a bucket with a sought text and come before it, and were not compared; in all
    /// searches so far.
    std::int64_t num_uncompared() const { return num_uncompared_; }

private:
    void look_up(std::int64_t table, std::uint32_t key, sought_text const& sought, worker& self);

    index_contents const& contents_;
    similarity_goal goal_;
    kernels const* kernels_;
    std::vector<std::uint32_t> candidates_;
    std::int64_t num_uncompared_ = 0;
};

/// The text with an identity, or no_text.
std::uint32_t find_text(index_contents const& contents, document_identity const& identity);

} // namespace newsgpu::cpu
