#include "cpu/counted_pieces.hpp"

#include <optional>

namespace newsgpu::cpu {

namespace {

void add_row(worker_counts& mine, std::vector<term_reader::entry> const& row) {
    mine.counts.resize(mine.num_terms());
    mine.document_counts.resize(mine.num_terms());
    for (auto const& [term, count] : row) {
        mine.counts[term] += count;
        ++mine.document_counts[term];
    }
}

} // namespace

counted_pieces count_pieces(corpus_view corpus, analyzer const& how, bool keep_rows, execution const& run) {
    counted_pieces counted;
    counted.ranges = document_ranges(corpus);
    counted.pieces.resize(counted.ranges.size());
    std::vector<std::optional<worker_counts>> workers(static_cast<std::size_t>(num_workers(run)));
    for_each_piece("counting", std::ssize(counted.ranges), run, [&](std::int64_t number, worker& self) {
        auto const id = static_cast<std::size_t>(self.id());
        auto& mine = workers[id] ? *workers[id] : workers[id].emplace(how);
        auto& piece = counted.pieces[static_cast<std::size_t>(number)];
        auto const [first, last] = counted.ranges[static_cast<std::size_t>(number)];
        piece.worker = id;
        piece.first_term = mine.num_terms();
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            auto const& row = mine.reader.read(corpus[doc], self);
            add_row(mine, row);
            if (keep_rows) {
                piece.entries.insert(piece.entries.end(), row.begin(), row.end());
                piece.row_sizes.push_back(static_cast<std::uint32_t>(row.size()));
            }
        }
        piece.last_term = mine.num_terms();
    });
    // Workers that got no piece have nothing to say: leave them out and renumber.
    std::vector<std::size_t> position(workers.size());
    for (std::size_t id = 0; id < workers.size(); ++id) {
        position[id] = counted.workers.size();
        if (workers[id]) {
            workers[id]->counts.resize(workers[id]->num_terms());
            workers[id]->document_counts.resize(workers[id]->num_terms());
            counted.workers.push_back(std::move(*workers[id]));
        }
    }
    for (auto& piece : counted.pieces) {
        piece.worker = position[piece.worker];
    }
    return counted;
}

} // namespace newsgpu::cpu
