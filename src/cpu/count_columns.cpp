#include <newsgpu/error.hpp>
#include <newsgpu/view.hpp>

#include "backend.hpp"
#include "cpu/counted_pieces.hpp"
#include "cpu/matrix_writer.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/row_sort.hpp"
#include "element/feature_hash.hpp"
#include "instantiations.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Counting where the column of a term is known beforehand: by a vocabulary or by a hash.

namespace newsgpu::cpu {

namespace {

/// So many terms are looked up together: enough for all that memory brings at a time.
constexpr std::size_t terms_at_once = 64;

/// Rows of one worker: columns, and signed sums as 32 bits. A document has less than 2^31 bytes, so single
/// counts fit with their sign.
class column_counter {
public:
    column_counter(analyzer const& how, std::int64_t num_columns)
        : reader{how}, num_columns_{static_cast<std::uint32_t>(num_columns)},
          sorter_{static_cast<std::uint64_t>(num_columns) + 1} {}

    void add_target(std::int32_t column, bool negative) {
        auto const place = column == term_index::absent ? num_columns_ : static_cast<std::uint32_t>(column);
        targets_.push_back(place << 1 | std::uint32_t{negative});
    }
    /// Finds the columns of the terms that were met since the last call.
    template <class Find>
    void find_new_targets(Find const& find) {
        while (targets_.size() < reader.terms().size()) {
            auto const first = targets_.size();
            auto const count = std::min(terms_at_once, reader.terms().size() - first);
            text_.clear();
            std::size_t ends[terms_at_once];
            for (std::size_t i = 0; i < count; ++i) {
                reader.append_text(static_cast<std::uint32_t>(first + i), text_);
                ends[i] = text_.size();
            }
            std::string_view texts[terms_at_once];
            for (std::size_t i = 0; i < count; ++i) {
                auto const begin = i == 0 ? 0 : ends[i - 1];
                texts[i] = std::string_view{text_}.substr(begin, ends[i] - begin);
            }
            find(view<std::string_view const>{texts, static_cast<std::int64_t>(count)}, *this);
        }
    }
    void forget_terms(analyzer const& how) {
        reader = term_reader{how};
        targets_.clear();
    }

    /// The row of a document with these words, ascending by column.
    row_store::list add(word_store::list words) {
        auto const runs = sorter_.sort_keys(
            static_cast<std::size_t>(words.size()),
            [from = words.data(), targets = targets_.data()](std::size_t i) { return targets[from[i]]; });
        auto* const row = rows_.room(runs.size);
        bool has_both_signs = false;
        auto column_before = num_columns_ + 1;
        for (std::size_t i = 0; i < runs.size; ++i) {
            auto const target = runs.key(i), count = runs.length(i), column = target >> 1;
            row[i] = {column, (target & 1) != 0 ? 0 - count : count};
            has_both_signs |= column == column_before;
            column_before = column;
        }
        auto* end = row + runs.size;
        if (has_both_signs) {
            end = join_columns(row, end);
        }
        // Absent terms come last.
        return rows_.keep(row, end - (end != row && end[-1].term == num_columns_));
    }

    /// The row of a document with these entries, ascending by column.
    row_store::list add(row_store::list entries) {
        auto const* const targets = targets_.data();
        auto const size = static_cast<std::size_t>(entries.size());
        auto* const begin = rows_.room(size);
        auto* end = begin;
        bool overflows = false;
        sorter_.sort(
            size,
            [&, from = entries.data()](std::size_t i) {
                auto const [term, count] = from[i];
                auto const target = targets[term];
                return row_sorter::entry{target >> 1, count << 1 | (target & 1)};
            },
            [&](std::uint32_t column, std::uint32_t signed_count) {
                auto const count = static_cast<std::int32_t>(signed_count >> 1);
                auto value = (signed_count & 1) != 0 ? -count : count;
                if (column == num_columns_) {
                    return;
                }
                if (end != begin && end[-1].term == column) {
                    overflows |=
                        __builtin_add_overflow(static_cast<std::int32_t>(end[-1].count), value, &value);
                    end[-1].count = static_cast<std::uint32_t>(value);
                } else {
                    *end++ = {column, static_cast<std::uint32_t>(value)};
                }
            });
        if (overflows) {
            throw invalid_input{"a document's terms of one column pass 2^31 occurrences"};
        }
        return rows_.keep(begin, end);
    }

    term_reader reader;

private:
    /// Adds up neighbours of one column: what counts positively and what does not.
    static term_reader::entry* join_columns(term_reader::entry* row, term_reader::entry* end) {
        auto* to = row;
        for (auto const* from = row + 1; from != end; ++from) {
            if (from->term == to->term) {
                to->count += from->count;
            } else {
                *++to = *from;
            }
        }
        return to + 1;
    }

    std::uint32_t num_columns_;
    std::string text_; ///< of the terms at hand
    /// [terms] (column, or num_columns where a term has none) * 2 + whether its occurrences count negatively.
    std::vector<std::uint32_t> targets_;
    row_sorter sorter_;
    row_store rows_;
};

/// A reader that has met more terms than fit in a few caches is begun anew, so memory does not grow with the
/// corpus.
constexpr std::size_t max_reader_bytes = std::size_t{64} << 20;

/// @param find `find(texts, counter)` adds the targets of terms, in order, to the counter.
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
            mine.forget_terms(how);
        }
        auto const range = ranges[static_cast<std::size_t>(number)];
        auto document = range.first;
        auto const make_row = [&](auto items) {
            mine.find_new_targets(find);
            auto const row = mine.add(items);
            rows[static_cast<std::size_t>(document)] = row;
            writer.set_size(document++, row.size());
        };
        if (mine.reader.reads_words()) {
            mine.reader.read_words(documents, range, self, make_row);
        } else {
            mine.reader.read(documents, range, self, make_row);
        }
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
    auto const find = [&](view<std::string_view const> texts, column_counter& counter) {
        std::int32_t found[terms_at_once];
        columns.find(texts, {found, texts.size()});
        for (std::int64_t i = 0; i < texts.size(); ++i) {
            counter.add_target(found[i], false);
        }
    };
    return count_targets<Value>(documents, how, columns.size(), find, options, run);
}

template <class Value>
csr_matrix<Value> count_hashed(documents_view documents, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run) {
    auto const find = [&](view<std::string_view const> texts, column_counter& counter) {
        for (auto const text : texts) {
            auto const [column, negative] = element::hash_feature(
                text.data(), static_cast<std::int64_t>(text.size()), hashing.num_features);
            counter.add_target(column, negative && hashing.alternate_sign);
        }
    };
    return count_targets<Value>(documents, how, hashing.num_features, find, options, run);
}

#define NEWSGPU_INSTANTIATE(VALUE) NEWSGPU_INSTANTIATE_COUNTS(documents_view, VALUE)
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu::cpu
