#include "cpu/counted_pieces.hpp"

#include "cpu/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <utility>

namespace newsgpu::cpu {

void worker_counts::take_totals() {
    sums.resize(num_terms());
    for (std::uint32_t term = 0; term < num_terms(); ++term) {
        sums[term] = reader.total_of(term);
    }
}

namespace {

/// Takes the ranges that nobody has counted out of `counted`.
std::vector<document_range> take_uncounted(counted_pieces& counted,
                                           std::vector<std::uint8_t> const& is_counted) {
    std::vector<document_range> left;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < is_counted.size(); ++i) {
        if (is_counted[i] == 0) {
            left.push_back(counted.ranges[i]);
            continue;
        }
        if (kept != i) {
            counted.ranges[kept] = counted.ranges[i];
            counted.pieces[kept] = std::move(counted.pieces[i]);
        }
        ++kept;
    }
    counted.ranges.resize(kept);
    counted.pieces.resize(kept);
    return left;
}

} // namespace

counted_pieces count_pieces(documents_view documents, analyzer const& how, bool keep_rows,
                            execution const& run) {
    auto ranges = document_ranges(documents);
    return count_pieces(documents, ranges, how, keep_rows, std::numeric_limits<std::uint64_t>::max(), run);
}

counted_pieces count_pieces(documents_view documents, std::vector<document_range>& ranges,
                            analyzer const& how, bool keep_rows, std::uint64_t max_terms,
                            execution const& run) {
    counted_pieces counted;
    counted.ranges = std::move(ranges);
    counted.pieces.resize(counted.ranges.size());
    std::vector<std::uint8_t> is_counted(counted.ranges.size(), 0);
    std::atomic<std::uint64_t> num_terms = 0;
    std::vector<std::optional<worker_counts>> workers(static_cast<std::size_t>(num_workers(run)));
    for_each_piece("counting", std::ssize(counted.ranges), run, [&](std::int64_t number, worker& self) {
        if (num_terms.load(std::memory_order_relaxed) >= max_terms) {
            return;
        }
        is_counted[static_cast<std::size_t>(number)] = 1;
        auto const id = static_cast<std::size_t>(self.id());
        auto& mine = workers[id] ? *workers[id] : workers[id].emplace(how);
        auto& piece = counted.pieces[static_cast<std::size_t>(number)];
        auto const& range = counted.ranges[static_cast<std::size_t>(number)];
        piece.worker = id;
        piece.first_term = mine.num_terms();
        if (keep_rows && mine.reader.reads_words()) {
            piece.words.reserve(static_cast<std::size_t>(range.last - range.first));
            mine.reader.read_words(documents, range, self, [&](word_store::list words) {
                piece.words.push_back(mine.words.push_back(words));
            });
        } else if (keep_rows) {
            piece.rows.reserve(static_cast<std::size_t>(range.last - range.first));
            mine.reader.read(
                documents, range, self, [&](row_store::list row) { piece.rows.push_back(row); }, &mine.rows);
        } else {
            mine.reader.add_up(documents, range, self);
        }
        piece.last_term = mine.num_terms();
        num_terms.fetch_add(piece.last_term - piece.first_term, std::memory_order_relaxed);
    });
    ranges = take_uncounted(counted, is_counted);
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
        mine.sums.assign(mine.num_terms(), {});
        std::uint32_t document = 0;
        for (auto const& piece : counted.pieces) {
            if (piece.worker == id) {
                self.checkpoint();
                for (auto const entries : piece.rows) {
                    add_entries(mine.sums, entries);
                }
                for (auto const words : piece.words) {
                    document = next_document(mine.sums, document);
                    add_terms(mine.sums, words.data(), static_cast<std::size_t>(words.size()), 1, document);
                }
            }
        }
    });
}

} // namespace newsgpu::cpu
