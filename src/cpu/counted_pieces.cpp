#include "cpu/counted_pieces.hpp"

#include "cpu/parallel.hpp"

#include <algorithm>
#include <optional>

namespace newsgpu::cpu {

void worker_counts::add(row_store::list entries) {
    for (auto const& [term, count] : entries) {
        counts[term] += count;
        ++document_counts[term];
    }
}

void worker_counts::take_totals() {
    counts.resize(num_terms());
    document_counts.resize(num_terms());
    for (std::uint32_t term = 0; term < num_terms(); ++term) {
        auto const total = reader.total_of(term);
        counts[term] = static_cast<std::int64_t>(total.count);
        document_counts[term] = total.document_count;
    }
}

counted_pieces count_pieces(documents_view documents, analyzer const& how, bool keep_rows,
                            execution const& run) {
    counted_pieces counted;
    counted.ranges = document_ranges(documents);
    counted.pieces.resize(counted.ranges.size());
    std::vector<std::optional<worker_counts>> workers(static_cast<std::size_t>(num_workers(run)));
    for_each_piece("counting", std::ssize(counted.ranges), run, [&](std::int64_t number, worker& self) {
        auto const id = static_cast<std::size_t>(self.id());
        auto& mine = workers[id] ? *workers[id] : workers[id].emplace(how);
        auto& piece = counted.pieces[static_cast<std::size_t>(number)];
        auto const& range = counted.ranges[static_cast<std::size_t>(number)];
        piece.worker = id;
        piece.first_term = mine.num_terms();
        if (keep_rows) {
            piece.rows.reserve(static_cast<std::size_t>(range.last - range.first));
            mine.reader.read(documents, range, self, [&](row_store::list entries) {
                piece.rows.push_back(mine.rows.push_back(entries));
            });
        } else {
            mine.reader.add_up(documents, range, self);
        }
        piece.last_term = mine.num_terms();
    });
    // Workers that got no piece have nothing to say: leave them out and renumber.
    std::vector<std::size_t> position(workers.size());
    for (std::size_t id = 0; id < workers.size(); ++id) {
        position[id] = counted.workers.size();
        if (workers[id]) {
            if (!keep_rows) {
                workers[id]->take_totals();
            }
            counted.workers.push_back(std::move(*workers[id]));
        }
    }
    for (auto& piece : counted.pieces) {
        piece.worker = position[piece.worker];
    }
    return counted;
}

void add_up(counted_pieces& counted, execution const& run) {
    for_each_piece("adding up", std::ssize(counted.workers), run, [&](std::int64_t number, worker& self) {
        auto const id = static_cast<std::size_t>(number);
        auto& mine = counted.workers[id];
        mine.counts.assign(mine.num_terms(), 0);
        mine.document_counts.assign(mine.num_terms(), 0);
        for (auto const& piece : counted.pieces) {
            if (piece.worker == id) {
                self.checkpoint();
                for (auto const entries : piece.rows) {
                    mine.add(entries);
                }
            }
        }
    });
}

} // namespace newsgpu::cpu
