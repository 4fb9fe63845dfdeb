#include "cpu/merged_rows.hpp"

#include "cpu/kept_columns.hpp"
#include "cpu/matrix_stream.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/placed_rows.hpp"
#include "cpu/row_accumulator.hpp"
#include "cpu/row_sort.hpp"
#include "cpu/spelled_rows.hpp"
#include "instantiations.hpp"

#include <algorithm>

namespace newsgpu::cpu {

/// Keys in the order of first appearance in the corpus, in which rows are sorted, and the column of each.
struct appearance_keys {
    /// [worker][term]; empty where a single worker's numbers are the keys.
    std::vector<buffer<std::uint32_t>> keys;
    buffer<std::int32_t> columns;

    appearance_keys(merged_terms const& merged, execution const& run) {
        auto const& appearance = merged.terms.appearance;
        if (merged.columns.size() == 1) {
            // A worker numbers terms in the order in which it meets them.
            auto const& mine = merged.columns[0];
            columns.resize(mine.size());
            std::transform(mine.begin(), mine.end(), columns.begin(),
                           [](std::uint32_t column) { return static_cast<std::int32_t>(column); });
            return;
        }
        columns = appearance;
        std::vector<std::uint32_t> key_of_column(appearance.size());
        for (std::size_t key = 0; key < appearance.size(); ++key) {
            key_of_column[static_cast<std::size_t>(appearance[key])] = static_cast<std::uint32_t>(key);
        }
        keys.resize(merged.columns.size());
        for_each_piece("numbering terms", std::ssize(keys), run, [&](std::int64_t piece, worker&) {
            auto const& mine = merged.columns[static_cast<std::size_t>(piece)];
            auto& made = keys[static_cast<std::size_t>(piece)];
            made.resize(mine.size());
            std::transform(mine.begin(), mine.end(), made.begin(), [&](std::uint32_t column) {
                return column == merged_terms::none ? column : key_of_column[column];
            });
        });
    }
};

static_assert(static_cast<std::int32_t>(merged_terms::none) == dropped);

merged_rows::merged_rows(documents_view documents, analyzer const& how, term_identity identity,
                         execution const& run)
    : merged_rows{count_pieces(documents, how, true, run), documents.size(), identity, run} {}

merged_rows::merged_rows(counted_pieces counted, std::int64_t num_documents, term_identity identity,
                         execution const& run)
    : counted_{std::move(counted)}, merged_{merge_terms(counted_, identity, run)},
      num_documents_{num_documents} {
    if (merged_.several_places) {
        combine_rows(run);
    }
}

/// Adds up the n-grams of a row that share a column: the row has fewer entries than it has n-grams.
void merged_rows::combine_rows(execution const& run) {
    // The first term of each column of each worker stands for all of them.
    std::vector<std::vector<std::uint32_t>> first_term(counted_.workers.size());
    for (std::size_t id = 0; id < first_term.size(); ++id) {
        first_term[id].assign(static_cast<std::size_t>(merged_.terms.terms.size()), merged_terms::none);
        for (std::uint32_t term = 0; term < merged_.columns[id].size(); ++term) {
            auto const column = merged_.columns[id][term];
            if (column != merged_terms::none && first_term[id][column] == merged_terms::none) {
                first_term[id][column] = term;
            }
        }
    }
    for_each_piece(
        "joining terms", std::ssize(counted_.workers), run, [&](std::int64_t number, worker& self) {
            auto const id = static_cast<std::size_t>(number);
            row_accumulator<std::uint32_t> sums{static_cast<std::uint64_t>(merged_.terms.terms.size())};
            row_store combined;
            std::vector<term_reader::entry> row;
            for (auto& piece : counted_.pieces) {
                if (piece.worker != id) {
                    continue;
                }
                self.checkpoint();
                for (auto& entries : piece.rows) {
                    for (auto const& [term, count] : entries) {
                        sums.add(merged_.columns[id][term], count);
                    }
                    row.clear();
                    sums.drain([&](std::uint32_t column, std::uint32_t count) {
                        row.push_back({first_term[id][column], count});
                    });
                    entries = combined.push_back(row);
                }
            }
            counted_.workers[id].rows = std::move(combined);
        });
}

void merged_rows::add_up(execution const& run) {
    if (merged_.terms.counts.empty()) {
        cpu::add_up(counted_, run);
        add_up_columns(merged_, counted_);
    }
}

namespace {

std::size_t num_entries(counted_piece const& piece) {
    std::size_t count = 0;
    for (auto const entries : piece.rows) {
        count += static_cast<std::size_t>(entries.size());
    }
    for (auto const words : piece.words) {
        count += static_cast<std::size_t>(words.size());
    }
    return count;
}

/// Makes rows of what a document holds, in the order of keys.
struct row_writer {
    row_sorter& sorter;
    /// [terms] the key of each; null where its number is.
    std::uint32_t const* keys;
    std::int32_t const* columns;
    bool may_drop;

    template <class Rows>
    void operator()(row_store::list entries, Rows& rows) const {
        auto row = rows.begin_row();
        sorter.sort(
            static_cast<std::size_t>(entries.size()),
            [&](std::size_t i) {
                auto const [term, count] = entries.data()[i];
                return row_sorter::entry{keys == nullptr ? term : keys[term], count};
            },
            [&](std::uint32_t key, std::uint32_t count) { row.add(key, count); });
        end(row, rows);
    }

    template <class Rows>
    void operator()(word_store::list words, Rows& rows) const {
        auto row = rows.begin_row();
        row.count(sorter.sort_keys(static_cast<std::size_t>(words.size()),
                                   [from = words.data(), keys = keys](std::size_t i) {
                                       return keys == nullptr ? from[i] : keys[from[i]];
                                   }));
        end(row, rows);
    }

private:
    template <class Row, class Rows>
    void end(Row const& row, Rows& rows) const {
        auto const column_of = [columns = columns](std::uint32_t key) { return columns[key]; };
        if (may_drop) {
            rows.template end_row<true>(row, column_of);
        } else {
            rows.template end_row<false>(row, column_of);
        }
    }
};

} // namespace

template <class Value>
csr_matrix<Value> merged_rows::make_matrix(matrix_options<Value> const& options, mask kept,
                                           execution const& run) const {
    appearance_keys keys{merged_, run};
    auto const num_columns = kept.empty() ? merged_.terms.terms.size() : keep_columns(keys.columns, kept);
    std::size_t most_entries = 0;
    for (auto const& piece : counted_.pieces) {
        most_entries += num_entries(piece);
    }
    matrix_stream<Value> stream{num_documents_, num_columns, std::ssize(counted_.pieces), most_entries,
                                options};
    per_worker<row_sorter> sorters{run};
    for_each_piece("making rows", std::ssize(counted_.pieces), run, [&](std::int64_t number, worker& self) {
        auto const& piece = counted_.pieces[static_cast<std::size_t>(number)];
        row_writer const write{sorters.get(self, keys.columns.size()),
                               keys.keys.empty() ? nullptr : keys.keys[piece.worker].data(),
                               keys.columns.data(), !kept.empty()};
        auto rows =
            stream.open(number, counted_.ranges[static_cast<std::size_t>(number)].first, num_entries(piece));
        for (auto const entries : piece.rows) {
            write(entries, rows);
        }
        for (auto const words : piece.words) {
            write(words, rows);
        }
        rows.close();
    });
    return stream.take();
}

#define NEWSGPU_INSTANTIATE(VALUE)                                                                           \
    template csr_matrix<VALUE> merged_rows::make_matrix(matrix_options<VALUE> const&, mask,                  \
                                                        execution const&) const;
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

std::unique_ptr<counted_rows> count_rows(documents_view documents, analyzer const& how,
                                         term_identity identity, execution const& run) {
    if (how.unit == ngram_unit::words && how.max_n > 1 && identity == term_identity::text) {
        if (auto placed = placed_rows::make(documents, how, run)) {
            return placed;
        }
    }
    if (how.unit == ngram_unit::characters_in_words && identity == term_identity::text) {
        if (auto spelled = count_spelled(documents, how, run)) {
            return spelled;
        }
    }
    return std::make_unique<merged_rows>(documents, how, identity, run);
}

} // namespace newsgpu::cpu
