#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "cpu/counted_pieces.hpp"
#include "cpu/matrix_writer.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/row_sort.hpp"
#include "element/feature_hash.hpp"

#include <limits>
#include <optional>

// Counting where the column of a term is known beforehand: by a vocabulary or by a hash.

namespace newsgpu::cpu {

namespace {

constexpr std::int32_t no_column = -1;

/// The column of a term, and 1 where its occurrences count negatively.
struct target {
    std::int32_t column;
    std::uint32_t negative;
};

/// Rows of one worker: columns, and signed sums as 32 bits. A document has less than 2^31 bytes, so single
/// counts fit with their sign.
struct column_counter {
    column_counter(analyzer const& how, std::int64_t num_columns)
        : reader{how}, sorter{static_cast<std::uint64_t>(num_columns)} {}

    /// Appends the row of `entries`, ascending by column.
    row_store::list add(row_store::list entries) {
        known.clear();
        for (auto const& entry : entries) {
            if (targets[entry.term].column != no_column) {
                known.push_back(entry);
            }
        }
        row.clear();
        std::int64_t sum = 0;
        auto last = std::uint32_t{0};
        auto const finish = [&] {
            if (sum != static_cast<std::int32_t>(sum)) {
                throw invalid_input{"a document's terms of one column pass 2^31 occurrences"};
            }
            row.back().count = static_cast<std::uint32_t>(sum);
        };
        sorter.sort(
            known.size(),
            [&](std::size_t i) {
                auto const& [column, negative] = targets[known[i].term];
                return row_sorter::entry{static_cast<std::uint32_t>(column), known[i].count << 1 | negative};
            },
            [&](std::uint32_t column, std::uint32_t signed_count) {
                auto const count = static_cast<std::int64_t>(signed_count >> 1);
                auto const value = (signed_count & 1) != 0 ? -count : count;
                if (!row.empty() && column == last) {
                    sum += value;
                } else {
                    if (!row.empty()) {
                        finish();
                    }
                    row.push_back({column, 0});
                    last = column;
                    sum = value;
                }
            });
        if (!row.empty()) {
            finish();
        }
        return rows.push_back(row);
    }

    term_reader reader;
    std::vector<target> targets;
    row_sorter sorter;
    row_store rows;
    std::vector<term_reader::entry> known, row;
    std::string text;
};

/// A reader that has met more terms than fit in a few caches is begun anew, so memory does not grow with the
/// corpus.
constexpr std::size_t max_reader_bytes = std::size_t{64} << 20;

/// @param find the target of a term's text.
template <class Value, class Find>
csr_matrix<Value> count_targets(documents_view documents, analyzer const& how, std::int64_t num_columns,
                                Find find, matrix_options<Value> const& options, execution const& run) {
    auto const ranges = document_ranges(documents);
    std::vector<row_store::list> rows(static_cast<std::size_t>(documents.size()));
    matrix_writer<Value> writer{documents.size(), num_columns, options};
    per_worker<column_counter> counters{run};
    for_each_piece("counting", std::ssize(ranges), run, [&](std::int64_t number, worker& self) {
        auto& mine = counters.get(self, how, num_columns);
        if (mine.reader.memory() > max_reader_bytes) {
            mine.reader = term_reader{how};
            mine.targets.clear();
        }
        auto const range = ranges[static_cast<std::size_t>(number)];
        auto document = range.first;
        mine.reader.read(documents, range, self, [&](row_store::list entries) {
            for (auto term = static_cast<std::uint32_t>(mine.targets.size());
                 term < mine.reader.terms().size(); ++term) {
                mine.text.clear();
                mine.reader.append_text(term, mine.text);
                mine.targets.push_back(find(std::string_view{mine.text}));
            }
            auto const row = mine.add(entries);
            rows[static_cast<std::size_t>(document)] = row;
            writer.set_size(document++, row.size());
        });
    });
    writer.allocate();
    for_each_piece("making rows", std::ssize(ranges), run, [&](std::int64_t number, worker&) {
        auto const range = ranges[static_cast<std::size_t>(number)];
        for (auto document = range.first; document < range.last; ++document) {
            auto row = writer.begin_row(document);
            for (auto const& [column, sum] : rows[static_cast<std::size_t>(document)]) {
                row.push_back(static_cast<std::int32_t>(column), static_cast<std::int32_t>(sum));
            }
            writer.end_row(row);
        }
    });
    return writer.take();
}

} // namespace

template <class Value>
csr_matrix<Value> count(documents_view documents, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options, execution const& run) {
    static_assert(term_index::absent == no_column);
    return count_targets<Value>(
        documents, how, columns.size(), [&](std::string_view text) { return target{columns.find(text), 0}; },
        options, run);
}

template <class Value>
csr_matrix<Value> count_hashed(documents_view documents, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run) {
    auto const find = [&](std::string_view text) {
        auto const [column, negative] =
            element::hash_feature(text.data(), static_cast<std::int64_t>(text.size()), hashing.num_features);
        return target{column, negative && hashing.alternate_sign};
    };
    return count_targets<Value>(documents, how, hashing.num_features, find, options, run);
}

template csr_matrix<std::int32_t> count(documents_view, analyzer const&, term_index const&,
                                        matrix_options<std::int32_t> const&, execution const&);
template csr_matrix<std::int32_t> count_hashed(documents_view, analyzer const&, feature_hashing const&,
                                               matrix_options<std::int32_t> const&, execution const&);
template csr_matrix<std::int64_t> count(documents_view, analyzer const&, term_index const&,
                                        matrix_options<std::int64_t> const&, execution const&);
template csr_matrix<std::int64_t> count_hashed(documents_view, analyzer const&, feature_hashing const&,
                                               matrix_options<std::int64_t> const&, execution const&);
template csr_matrix<float> count(documents_view, analyzer const&, term_index const&,
                                 matrix_options<float> const&, execution const&);
template csr_matrix<float> count_hashed(documents_view, analyzer const&, feature_hashing const&,
                                        matrix_options<float> const&, execution const&);
template csr_matrix<double> count(documents_view, analyzer const&, term_index const&,
                                  matrix_options<double> const&, execution const&);
template csr_matrix<double> count_hashed(documents_view, analyzer const&, feature_hashing const&,
                                         matrix_options<double> const&, execution const&);

} // namespace newsgpu::cpu
