#include "backend.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/row_accumulator.hpp"
#include "cpu/row_pieces.hpp"
#include "cpu/term_reader.hpp"
#include "element/feature_hash.hpp"

#include <optional>

// Counting where the column of a term is known beforehand: by a vocabulary or by a hash.

namespace newsgpu::cpu {

namespace {

constexpr std::int32_t no_column = -1;

/// The column of a term, and -1 where its occurrences count negatively.
struct target {
    std::int32_t column;
    std::int32_t sign;
};

/// One worker's reader, the columns of the terms it knows, and the row it is making.
struct column_counter {
    column_counter(analyzer const& how, std::int64_t num_columns)
        : reader{how}, row{static_cast<std::uint64_t>(num_columns)} {}

    term_reader reader;
    std::vector<target> targets;
    row_accumulator<std::int64_t> row;
    std::string text;
};

/// A reader that has met more terms than fit in a few caches is begun anew, so memory does not grow with the
/// corpus.
constexpr std::size_t max_reader_bytes = std::size_t{64} << 20;

/// @param find the target of a term's text.
template <class Value, class Find>
csr_matrix<Value> count_targets(corpus_view corpus, analyzer const& how, std::int64_t num_columns, Find find,
                                execution const& run) {
    auto const ranges = document_ranges(corpus);
    std::vector<row_piece<Value>> pieces(ranges.size());
    per_worker<column_counter> counters{run};
    for_each_piece("counting", std::ssize(ranges), run, [&](std::int64_t number, worker& self) {
        auto& [reader, targets, row, text] = counters.get(self, how, num_columns);
        if (reader.memory() > max_reader_bytes) {
            reader = term_reader{how};
            targets.clear();
        }
        auto& piece = pieces[static_cast<std::size_t>(number)];
        auto const [first, last] = ranges[static_cast<std::size_t>(number)];
        for (auto doc = first; doc < last; ++doc) {
            self.checkpoint();
            auto const& entries = reader.read(corpus[doc], self);
            for (auto term = static_cast<std::uint32_t>(targets.size()); term < reader.terms().size();
                 ++term) {
                text.clear();
                reader.append_text(term, text);
                targets.push_back(find(std::string_view{text}));
            }
            for (auto const& [term, count] : entries) {
                if (auto const [column, sign] = targets[term]; column != no_column) {
                    row.add(static_cast<std::uint32_t>(column), std::int64_t{sign} * count);
                }
            }
            auto const begin = piece.indices.size();
            row.drain([&](std::uint32_t column, std::int64_t sum) {
                piece.indices.push_back(static_cast<std::int32_t>(column));
                piece.data.push_back(static_cast<Value>(sum));
            });
            piece.row_sizes.push_back(static_cast<std::int64_t>(piece.indices.size() - begin));
        }
    });
    return stitch(pieces, num_columns, run);
}

} // namespace

template <class Value>
csr_matrix<Value> count(corpus_view corpus, analyzer const& how, term_index const& columns,
                        execution const& run) {
    static_assert(term_index::absent == no_column);
    return count_targets<Value>(
        corpus, how, columns.size(), [&](std::string_view text) { return target{columns.find(text), 1}; },
        run);
}

template <class Value>
csr_matrix<Value> count_hashed(corpus_view corpus, analyzer const& how, feature_hashing const& hashing,
                               execution const& run) {
    auto const find = [&](std::string_view text) {
        auto const [column, negative] =
            element::hash_feature(text.data(), static_cast<std::int64_t>(text.size()), hashing.num_features);
        return target{column, negative && hashing.alternate_sign ? -1 : 1};
    };
    return count_targets<Value>(corpus, how, hashing.num_features, find, run);
}

template csr_matrix<std::int32_t> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<std::int64_t> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<float> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<double> count(corpus_view, analyzer const&, term_index const&, execution const&);
template csr_matrix<std::int32_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               execution const&);
template csr_matrix<std::int64_t> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                               execution const&);
template csr_matrix<float> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                        execution const&);
template csr_matrix<double> count_hashed(corpus_view, analyzer const&, feature_hashing const&,
                                         execution const&);

} // namespace newsgpu::cpu
