#include "backend.hpp"
#include "cpu/counted_pieces.hpp"
#include "cpu/merged_terms.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/row_accumulator.hpp"
#include "cpu/row_pieces.hpp"

namespace newsgpu::cpu {

namespace {

/// Where rows are to be ordered by first appearance: keys that count terms in that order.
class appearance_keys {
public:
    explicit appearance_keys(merged_terms const& merged) : merged_{merged} {
        auto const& appearance = merged.terms.appearance;
        std::vector<std::uint32_t> key_of_column(appearance.size());
        for (std::size_t key = 0; key < appearance.size(); ++key) {
            key_of_column[static_cast<std::size_t>(appearance[key])] = static_cast<std::uint32_t>(key);
        }
        keys_.resize(merged.columns.size());
        for (std::size_t id = 0; id < keys_.size(); ++id) {
            keys_[id].reserve(merged.columns[id].size());
            for (auto const column : merged.columns[id]) {
                keys_[id].push_back(column == merged_terms::none ? column : key_of_column[column]);
            }
        }
    }

    std::uint64_t size() const { return merged_.terms.appearance.size(); }
    std::uint32_t key(std::size_t worker, std::uint32_t term) const { return keys_[worker][term]; }
    std::int32_t column(std::uint32_t key) const { return merged_.terms.appearance[key]; }

private:
    merged_terms const& merged_;
    std::vector<std::vector<std::uint32_t>> keys_;
};

/// Adds up the n-grams of a row that share a column: the row has fewer entries than it has n-grams.
void combine_rows(counted_pieces& counted, merged_terms const& merged, execution const& run) {
    // One term of each column of each worker stands for all of them.
    std::vector<std::vector<std::uint32_t>> first_term(counted.workers.size());
    for (std::size_t id = 0; id < first_term.size(); ++id) {
        first_term[id].assign(static_cast<std::size_t>(merged.terms.terms.size()), merged_terms::none);
        for (std::uint32_t term = 0; term < merged.columns[id].size(); ++term) {
            auto const column = merged.columns[id][term];
            if (column != merged_terms::none && first_term[id][column] == merged_terms::none) {
                first_term[id][column] = term;
            }
        }
    }
    per_worker<row_accumulator<std::uint32_t>> rows{run};
    for_each_piece("joining terms", std::ssize(counted.pieces), run, [&](std::int64_t number, worker& self) {
        auto& row = rows.get(self, merged.terms.terms.size());
        auto& piece = counted.pieces[static_cast<std::size_t>(number)];
        auto next = piece.entries.begin();
        auto out = piece.entries.begin();
        for (auto& size : piece.row_sizes) {
            for (auto const last = next + size; next != last; ++next) {
                row.add(merged.columns[piece.worker][next->term], next->count);
            }
            auto const begin = out;
            row.drain([&](std::uint32_t column, std::uint32_t count) {
                *out++ = {first_term[piece.worker][column], count};
            });
            size = static_cast<std::uint32_t>(out - begin);
        }
        piece.entries.erase(out, piece.entries.end());
    });
}

template <class Value>
csr_matrix<Value> make_rows(counted_pieces& counted, merged_terms const& merged, std::int64_t num_documents,
                            execution const& run) {
    if (merged.several_places) {
        combine_rows(counted, merged, run);
    }
    appearance_keys const keys{merged};
    csr_matrix<Value> matrix;
    matrix.num_columns = static_cast<std::int64_t>(keys.size());
    matrix.indptr.resize(static_cast<std::size_t>(num_documents) + 1);
    for (std::size_t number = 0; number < counted.pieces.size(); ++number) {
        auto const& sizes = counted.pieces[number].row_sizes;
        std::copy(sizes.begin(), sizes.end(), matrix.indptr.begin() + counted.ranges[number].first + 1);
    }
    sizes_to_indptr(matrix.indptr);
    matrix.indices.resize(static_cast<std::size_t>(matrix.indptr.back()));
    matrix.data.resize(matrix.indices.size());

    per_worker<row_accumulator<std::uint32_t>> rows{run};
    for_each_piece("making rows", std::ssize(counted.pieces), run, [&](std::int64_t number, worker& self) {
        auto& row = rows.get(self, keys.size());
        auto& piece = counted.pieces[static_cast<std::size_t>(number)];
        auto out = static_cast<std::size_t>(
            matrix.indptr[static_cast<std::size_t>(counted.ranges[static_cast<std::size_t>(number)].first)]);
        auto next = piece.entries.begin();
        for (auto const size : piece.row_sizes) {
            for (auto const last = next + size; next != last; ++next) {
                row.add(keys.key(piece.worker, next->term), next->count);
            }
            row.drain([&](std::uint32_t key, std::uint32_t count) {
                matrix.indices[out] = keys.column(key);
                matrix.data[out++] = static_cast<Value>(count);
            });
        }
        piece = {};
    });
    return matrix;
}

template <class Value>
void recount_documents(merged_terms& merged, csr_matrix<Value> const& matrix) {
    std::fill(merged.terms.document_counts.begin(), merged.terms.document_counts.end(), 0);
    for (auto const column : matrix.indices) {
        ++merged.terms.document_counts[static_cast<std::size_t>(column)];
    }
}

} // namespace

term_counts count_terms(corpus_view corpus, analyzer const& how, term_identity identity,
                        execution const& run) {
    auto counted = count_pieces(corpus, how, false, run);
    auto merged = merge_terms(counted, identity, run);
    if (merged.several_places) {
        // Only the documents can tell how many of them hold one n-gram of a term or another.
        counted = count_pieces(corpus, how, true, run);
        merged = merge_terms(counted, identity, run);
        recount_documents(merged, make_rows<std::int32_t>(counted, merged, corpus.size(), run));
    }
    return std::move(merged.terms);
}

template <class Value>
document_terms<Value> count(corpus_view corpus, analyzer const& how, execution const& run) {
    auto counted = count_pieces(corpus, how, true, run);
    auto merged = merge_terms(counted, term_identity::text, run);
    document_terms<Value> made;
    made.matrix = make_rows<Value>(counted, merged, corpus.size(), run);
    if (merged.several_places) {
        recount_documents(merged, made.matrix);
    }
    made.terms = std::move(merged.terms);
    return made;
}

template document_terms<std::int32_t> count(corpus_view, analyzer const&, execution const&);
template document_terms<std::int64_t> count(corpus_view, analyzer const&, execution const&);
template document_terms<float> count(corpus_view, analyzer const&, execution const&);
template document_terms<double> count(corpus_view, analyzer const&, execution const&);

} // namespace newsgpu::cpu
