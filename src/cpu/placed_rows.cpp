#include "cpu/placed_rows.hpp"

#include "cpu/kept_columns.hpp"
#include "cpu/matrix_writer.hpp"
#include "cpu/per_worker.hpp"
#include "cpu/row_sort.hpp"
#include "element_index.hpp"

#include <algorithm>
#include <utility>

namespace newsgpu::cpu {

class placed_rows::maker {
public:
    maker(documents_view documents, analyzer const& how, execution const& run)
        : how_{how}, run_{run}, ranges_{document_ranges(documents)} {
        auto sequences = read_token_sequences(documents, how.tokens, run);
        offsets_ = sequences.offsets;
        placed_ = place_sequences(std::move(sequences), how.min_n, how.max_n, run);
        arranged_ = arrange_terms(placed_.tree, term_identity::text);
    }

    bool has_several_places() const { return arranged_.several_places; }

    std::unique_ptr<placed_rows> make() {
        number_by_appearance();
        documents counted{ranges_, {}, {}};
        make_rows(counted);
        term_counts terms;
        terms.appearance = columns_by_appearance();
        terms.terms = {std::move(placed_.tree.parts), std::move(placed_.tree.separator),
                       std::move(placed_.tree.levels), std::move(arranged_.terms)};
        return std::make_unique<placed_rows>(std::move(terms), std::move(counted));
    }

private:
    buffer<std::int32_t> columns_by_appearance() const {
        buffer<std::int32_t> columns(arranged_.terms.size());
        constexpr std::size_t ngrams_a_piece = std::size_t{1} << 16;
        for (std::size_t n = 0; n < appearance_.size(); ++n) {
            auto const size = appearance_[n].size();
            auto const num_pieces = static_cast<std::int64_t>((size + ngrams_a_piece - 1) / ngrams_a_piece);
            for_each_piece("numbering terms", num_pieces, run_, [&](std::int64_t number, worker&) {
                auto const begin = index(number) * ngrams_a_piece;
                for (auto i = begin; i < std::min(size, begin + ngrams_a_piece); ++i) {
                    columns[appearance_[n][i]] = static_cast<std::int32_t>(arranged_.columns[n][i]);
                }
            });
        }
        return columns;
    }

    /// Calls `visit(length - 1, begin, end)` for the n-grams of every length that a document has, which are
    /// at positions [begin, end).
    template <class Visit>
    void each_length(std::int64_t document, Visit visit) const {
        auto const begin = offsets_[index(document)], end = offsets_[index(document) + 1];
        for (std::int64_t n = how_.min_n; n <= how_.max_n && begin + n <= end; ++n) {
            visit(index(n - 1), index(begin), index(end - n + 1));
        }
    }

    /// Documents after documents, and in each shorter n-grams first.
    void number_by_appearance() {
        std::vector<std::size_t> starts(ranges_.size() + 1, 0);
        for_each_piece("numbering terms", std::ssize(ranges_), run_, [&](std::int64_t number, worker&) {
            std::size_t count = 0;
            each_ngram(number,
                       [&](std::size_t, std::uint32_t ngram) { count += placed_ngrams::is_first(ngram); });
            starts[index(number) + 1] = count;
        });
        for (std::size_t i = 1; i < starts.size(); ++i) {
            starts[i] += starts[i - 1];
        }
        appearance_.resize(placed_.tree.max_length());
        for (auto n = index(how_.min_n - 1); n < appearance_.size(); ++n) {
            appearance_[n].resize(placed_.tree.size(n + 1));
        }
        for_each_piece("numbering terms", std::ssize(ranges_), run_, [&](std::int64_t number, worker&) {
            auto next = static_cast<std::uint32_t>(starts[index(number)]);
            each_ngram(number, [&](std::size_t n, std::uint32_t ngram) {
                // Whether it is the first is hard to foretell, so no branch depends on it.
                std::uint32_t nowhere;
                auto* const to = placed_ngrams::is_first(ngram)
                                     ? &appearance_[n][placed_ngrams::without_bit(ngram)]
                                     : &nowhere;
                *to = next;
                next += placed_ngrams::is_first(ngram);
            });
        });
    }

    template <class Visit>
    void each_ngram(std::int64_t range, Visit visit) const {
        for (auto doc = ranges_[index(range)].first; doc < ranges_[index(range)].last; ++doc) {
            each_length(doc, [&](std::size_t n, std::size_t begin, std::size_t end) {
                auto const* const numbers = placed_.numbers[n].data();
                for (auto at = begin; at < end; ++at) {
                    visit(n, numbers[at]);
                }
            });
        }
    }

    void make_rows(documents& made) const {
        struct scratch {
            row_sorter sorter;
            buffer<std::uint32_t> keys;
        };
        made.rows.resize(offsets_.size() - 1);
        made.stores.resize(index(num_workers(run_)));
        per_worker<scratch> scratches{run_};
        for_each_piece("counting", std::ssize(ranges_), run_, [&](std::int64_t number, worker& self) {
            auto& [sorter, keys] =
                scratches.get(self, scratch{row_sorter{std::uint64_t{arranged_.terms.size()}}, {}});
            auto& store = made.stores[index(self.id())];
            auto const range = ranges_[index(number)];
            for (auto doc = range.first; doc < range.last; ++doc) {
                keys.clear();
                each_length(doc, [&, &all = keys](std::size_t n, std::size_t begin, std::size_t end) {
                    auto const* const numbers = placed_.numbers[n].data();
                    auto const* const appearance = appearance_[n].data();
                    auto const first = all.size();
                    all.resize(first + (end - begin));
                    auto* const to = all.data() + first;
                    for (auto at = begin; at < end; ++at) {
                        to[at - begin] = appearance[placed_ngrams::without_bit(numbers[at])];
                    }
                });
                made.rows[index(doc)] = sorted_row(keys, sorter, store);
            }
        });
    }

    static row_store::list sorted_row(buffer<std::uint32_t> const& keys, row_sorter& sorter,
                                      row_store& store) {
        auto const runs =
            sorter.sort_keys(keys.size(), [from = keys.data()](std::size_t i) { return from[i]; });
        auto* const row = store.room(runs.size);
        for (std::size_t i = 0; i < runs.size; ++i) {
            row[i] = {runs.key(i), runs.length(i)};
        }
        return store.keep(row, row + runs.size);
    }

    analyzer const& how_;
    execution const& run_;
    std::vector<document_range> ranges_;
    buffer<std::int64_t> offsets_;
    placed_ngrams placed_;
    arranged_terms arranged_;
    /// [n - 1][number] the place in the order of appearance.
    std::vector<buffer<std::uint32_t>> appearance_;
};

std::unique_ptr<placed_rows> placed_rows::make(documents_view documents, analyzer const& how,
                                               execution const& run) {
    require_countable(documents, {0, documents.size()});
    std::size_t num_bytes = 0;
    for (std::int64_t doc = 0; doc < documents.size(); ++doc) {
        num_bytes += documents[doc].size();
    }
    if (num_bytes >= std::size_t{1} << 32) {
        return nullptr;
    }
    maker made{documents, how, run};
    return made.has_several_places() ? nullptr : made.make();
}

void placed_rows::add_up(execution const& run) {
    auto const num_terms = terms_.appearance.size();
    if (!terms_.counts.empty() || num_terms == 0) {
        return;
    }
    std::vector<std::vector<term_total>> workers(index(num_workers(run)));
    for_each_piece("adding up", std::ssize(ranges_), run, [&](std::int64_t number, worker& self) {
        auto& sums = workers[index(self.id())];
        sums.resize(num_terms);
        auto const range = ranges_[index(number)];
        for (auto doc = range.first; doc < range.last; ++doc) {
            add_entries(sums, rows_[index(doc)]);
        }
    });
    terms_.counts.assign(num_terms, 0);
    terms_.document_counts.assign(num_terms, 0);
    for (auto const& sums : workers) {
        for (std::size_t term = 0; term < sums.size(); ++term) {
            auto const column = index(terms_.appearance[term]);
            terms_.counts[column] += static_cast<std::int64_t>(sums[term].count);
            terms_.document_counts[column] += sums[term].document_count;
        }
    }
}

template <class Value>
csr_matrix<Value> placed_rows::make_matrix(matrix_options<Value> const& options, mask kept,
                                           execution const& run) const {
    auto columns = terms_.appearance;
    auto const num_columns = kept.empty() ? terms_.terms.size() : keep_columns(columns, kept);
    matrix_writer<Value> writer{std::ssize(rows_), num_columns, options};
    auto const each_row = [&](char const* stage, auto visit) {
        for_each_piece(stage, std::ssize(ranges_), run, [&](std::int64_t number, worker&) {
            auto const range = ranges_[index(number)];
            for (auto doc = range.first; doc < range.last; ++doc) {
                visit(doc, rows_[index(doc)]);
            }
        });
    };
    each_row("measuring rows", [&](std::int64_t document, row_store::list entries) {
        auto const is_kept = [&](term_reader::entry const& each) { return columns[each.term] != dropped; };
        writer.set_size(document, kept.empty() ? entries.size()
                                               : std::count_if(entries.begin(), entries.end(), is_kept));
    });
    writer.allocate();
    each_row("making rows", [&](std::int64_t document, row_store::list entries) {
        auto row = writer.begin_row(document);
        for (auto const& [term, count] : entries) {
            if (auto const column = columns[term]; column != dropped) {
                row.push_back(column, count);
            }
        }
        writer.end_row(row);
    });
    return writer.take();
}

} // namespace newsgpu::cpu
