#pragma once

#include <newsgpu/buffer.hpp>
#include <newsgpu/count.hpp>

#include "cpu/parallel.hpp"
#include "cpu/spill_file.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace newsgpu::cpu {

/// The counts of terms, in a file: sorted runs, each of the terms of some documents, to be added up by
/// merging. The order of the text is cut into partitions, which can be merged at the same time.
class term_runs {
public:
    struct term {
        std::string_view text;
        std::uint8_t length;
        std::int64_t count, document_count;
    };
    static constexpr std::size_t num_partitions = 16;

    /// Writes a run. Its terms ascend by text, then by length.
    /// @throw std::filesystem::filesystem_error if it cannot be written.
    void add(term_counts const& counted, worker& self);

    std::size_t num_runs() const { return num_runs_; }

    /// Calls `visit` for every term of a partition, ascending by text, then by length, with its counts over
    /// all runs; a term is valid during the visit. `buffer_bytes` are for what is read ahead, of all runs.
    void merge(std::size_t partition, std::int64_t buffer_bytes, worker& self,
               std::function<void(term const&)> const& visit) const;

private:
    /// A part of a run in the file.
    struct segment {
        std::int64_t begin, end;
    };
    class writer;
    class reader;

    spill_file file_;
    std::int64_t written_ = 0;
    std::size_t num_runs_ = 0;
    /// The text that each partition but the first begins with, taken from the first run.
    std::vector<std::string> splitters_;
    std::vector<std::vector<segment>> segments_{num_partitions};
};

} // namespace newsgpu::cpu
