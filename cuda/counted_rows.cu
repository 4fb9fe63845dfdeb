#include "cuda/counted_rows.cuh"

#include "cuda/document_rows.cuh"
#include "cuda/matrix.cuh"

#include <algorithm>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr std::int32_t no_column = -1;

/// Rows in which the terms of one column are one: the first of them stands for all, as it appears first.
void join_terms(std::vector<host_rows>& rows, buffer<std::int32_t> const& columns, std::int64_t num_columns) {
    constexpr std::uint32_t none = 0xFFFF'FFFF;
    std::vector<std::uint32_t> first_of_column(static_cast<std::size_t>(num_columns), none);
    for (std::uint32_t term = 0; term < columns.size(); ++term) {
        auto& first = first_of_column[static_cast<std::size_t>(columns[term])];
        first = std::min(first, term);
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> row;
    for (auto& batch : rows) {
        host_rows joined;
        joined.offsets.push_back(0);
        for (std::int64_t doc = 0; doc < batch.num_documents(); ++doc) {
            row.clear();
            for (auto i = batch.offsets[doc]; i < batch.offsets[doc + 1]; ++i) {
                auto const column = columns[batch.terms[i]];
                row.emplace_back(first_of_column[static_cast<std::size_t>(column)], batch.counts[i]);
            }
            std::sort(row.begin(), row.end());
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i > 0 && row[i].first == row[i - 1].first) {
                    joined.counts.back() += row[i].second;
                } else {
                    joined.terms.push_back(row[i].first);
                    joined.counts.push_back(row[i].second);
                }
            }
            joined.offsets.push_back(std::ssize(joined.terms));
        }
        batch = std::move(joined);
    }
}

class device_rows final : public counted_rows_of<device_rows> {
public:
    device_rows(term_columns columns, std::vector<host_rows> rows, int device)
        : columns_{std::move(columns)}, rows_{std::move(rows)}, device_{device} {
        if (columns_.several_places) {
            join_terms(rows_, columns_.columns, columns_.terms.terms.size());
        }
    }

    term_counts const& terms() const override { return columns_.terms; }
    term_counts take_terms() override { return std::move(columns_.terms); }

    void add_up(execution const&) override {
        if (!columns_.terms.counts.empty()) {
            return;
        }
        buffer<std::int64_t> counts(columns_.columns.size(), 0), document_counts(counts.size(), 0);
        for (auto const& batch : rows_) {
            for (std::size_t i = 0; i < batch.terms.size(); ++i) {
                counts[batch.terms[i]] += batch.counts[i];
                ++document_counts[batch.terms[i]];
            }
        }
        add_up_columns(columns_, counts, document_counts);
    }

    template <class Value>
    csr_matrix<Value> make_matrix(matrix_options<Value> const& options, mask kept,
                                  execution const& run) const {
        auto columns = columns_.columns;
        auto num_columns = columns_.terms.terms.size();
        if (!kept.empty()) {
            buffer<std::int32_t> renumbered(static_cast<std::size_t>(kept.size()), no_column);
            std::int32_t count = 0;
            for (std::int64_t column = 0; column < kept.size(); ++column) {
                if (kept[column] != 0) {
                    renumbered[static_cast<std::size_t>(column)] = count++;
                }
            }
            for (auto& column : columns) {
                column = renumbered[static_cast<std::size_t>(column)];
            }
            num_columns = count;
        }
        auto here = run;
        here.device = device::cuda(device_);
        return write_matrix<Value>(rows_, columns, num_columns, options, here);
    }

private:
    term_columns columns_;
    std::vector<host_rows> rows_;
    int device_;
};

} // namespace

host_rows bring_home(counted_batch const& counted, stream const& on, staging& copies) {
    device_buffer<std::uint32_t> const terms = terms_of(counted.entries, on);
    host_rows made;
    made.offsets.resize(static_cast<std::size_t>(counted.offsets.size()));
    made.terms.resize(static_cast<std::size_t>(counted.entries.size()));
    made.counts.resize(made.terms.size());
    copies.download<std::int64_t>(counted.offsets, made.offsets, on);
    copies.download<std::uint32_t>(terms.view(), made.terms, on);
    copies.download<std::uint32_t>(counted.counts, made.counts, on);
    return made;
}

term_columns arrange_columns(term_counter const& counter, term_identity identity, stream const& on) {
    auto sorted = counter.sort(on);
    auto arranged = arrange_terms(sorted.tree, identity);
    term_columns made;
    made.several_places = arranged.several_places;
    made.columns.resize(sorted.places.size());
    std::vector<bool> seen(arranged.terms.size(), false);
    for (std::size_t term = 0; term < sorted.places.size(); ++term) {
        auto const [index, length] = sorted.places[term];
        auto const column = arranged.columns[length - 1u][index];
        made.columns[term] = static_cast<std::int32_t>(column);
        if (!seen[column]) {
            seen[column] = true;
            made.terms.appearance.push_back(static_cast<std::int32_t>(column));
        }
    }
    made.terms.terms = {std::move(sorted.tree.parts), std::move(sorted.tree.separator),
                        std::move(sorted.tree.levels), std::move(arranged.terms)};
    return made;
}

void add_up_columns(term_columns& columns, buffer<std::int64_t> const& counts,
                    buffer<std::int64_t> const& document_counts) {
    auto& terms = columns.terms;
    terms.counts.assign(static_cast<std::size_t>(terms.terms.size()), 0);
    terms.document_counts.assign(terms.counts.size(), 0);
    for (std::size_t term = 0; term < columns.columns.size(); ++term) {
        auto const column = static_cast<std::size_t>(columns.columns[term]);
        terms.counts[column] += counts[term];
        terms.document_counts[column] += document_counts[term];
    }
}

std::unique_ptr<counted_rows> make_counted_rows(term_columns columns, std::vector<host_rows> rows,
                                                int device) {
    return std::make_unique<device_rows>(std::move(columns), std::move(rows), device);
}

} // namespace newsgpu::cuda
