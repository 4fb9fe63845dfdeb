#pragma once

#include <newsgpu/buffer.hpp>

#include "cpu/lsh.hpp"
#include "cpu/spill_file.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace newsgpu::cpu {

/// Pairs of documents that come in any order and more than once, and leave in ascending order, each once.
/// What does not fit into memory waits in a file as sorted runs, which are merged.
class pair_spool {
public:
    /// @param memory_bytes how much it may hold; 0: everything.
    pair_spool(std::int64_t num_documents, std::int64_t memory_bytes);

    /// Pairs that a worker may collect before it hands them over.
    std::size_t batch_size() const { return batch_size_; }

    /// Takes the pairs and leaves none. Several workers may call it at once.
    void add(buffer<packed_pair>& pairs);

    /// The next pairs, none when there are no more. Nothing may be added any more.
    buffer<packed_pair> take();

private:
    /// A sorted run in the file, and what of it is in memory.
    struct run {
        std::int64_t next, end; ///< pairs in the file
        buffer<packed_pair> ahead;
        std::size_t at = 0;
    };

    void sort_pending();
    void write_run();
    void begin_merge();
    void advance();
    bool fill(run& from);
    packed_pair front(std::size_t r) const { return runs_[r].ahead[runs_[r].at]; }

    std::int64_t num_documents_;
    std::size_t capacity_, batch_size_;
    std::mutex mutex_;
    buffer<packed_pair> pending_;
    std::unique_ptr<spill_file> file_;
    std::int64_t written_ = 0;
    std::vector<run> runs_;
    std::size_t ahead_size_ = 0;
    /// Runs that have pairs, a heap with the smallest front first.
    std::vector<std::size_t> heap_;
    bool merging_ = false;
};

} // namespace newsgpu::cpu
