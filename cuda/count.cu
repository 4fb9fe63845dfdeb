#include "backend.hpp"

#include "cuda/analyzed_batch.cuh"
#include "cuda/batches.cuh"
#include "cuda/counted_rows.cuh"
#include "cuda/matrix.cuh"
#include "cuda/term_counter.cuh"
#include "cuda/token_search.cuh"

#include <newsgpu/error.hpp>

#include "analyzer.hpp"
#include "element/feature_hash.hpp"
#include "instantiations.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace newsgpu::cuda {

namespace {

constexpr char const* stage = "counting";

class count_job final : public batch_job {
public:
    count_job(batch const& part, analyzer_forms const& forms, std::function<void()> poll,
              term_counter& counter, row_sink const* rows)
        : part_{part}, forms_{forms}, poll_{std::move(poll)}, counter_{counter}, rows_{rows} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        analyzed_batch const analyzed{part_, forms_, poll_, on, copies, stats};
        counter_.add(
            analyzed.parts(),
            [&](counted_batch const& counted) {
                if (rows_ != nullptr) {
                    (*rows_)(counted, on, copies);
                }
            },
            on);
    }

private:
    batch const& part_;
    analyzer_forms const& forms_;
    std::function<void()> poll_;
    term_counter& counter_;
    row_sink const* rows_;
};

/// Rows of documents are whole, so a document is never cut.
void count_batches(corpus_view corpus, analyzer const& how, term_counter& counter, row_sink const* rows,
                   execution const& run) {
    analyzer_forms const forms{how, stream{run.device.index}};
    for_each_batch({stage, cut_rule::nowhere, term_counter::bytes_per_byte(how),
                    [&](batch const& part, stream const&, staging&) {
                        return std::make_unique<count_job>(
                            part, forms, poll_at(stage, part.first, corpus, run), counter, rows);
                    }},
                   corpus, run);
}

/// A copy of what a counter shows.
class kept_rows {
public:
    kept_rows(counted_batch const& counted, stream const& on)
        : offsets_{counted.offsets.size(), on}, entries_{counted.entries.size(), on},
          counts_{counted.counts.size(), on} {
        copy_on_device(counted.offsets, offsets_.view(), on);
        copy_on_device(counted.entries, entries_.view(), on);
        copy_on_device(counted.counts, counts_.view(), on);
    }
    counted_batch view() const { return {offsets_.view(), entries_.view(), counts_.view()}; }

private:
    device_buffer<std::int64_t> offsets_;
    device_buffer<std::uint64_t> entries_;
    device_buffer<std::uint32_t> counts_;
};

/// Counts one batch after the other, each with terms of its own, so that memory does not grow with the
/// corpus.
/// @param find what a term's text counts for, as a target of matrix_maker.
template <class Value, class Find>
class target_job final : public batch_job {
public:
    target_job(batch const& part, analyzer_forms const& forms, std::function<void()> poll,
               analyzer const& how, Find const& find, matrix_maker<Value>& maker)
        : part_{part}, forms_{forms}, poll_{std::move(poll)}, how_{how}, find_{find}, maker_{maker} {}

    void finish(stream const& on, staging& copies, device_stats& stats) override {
        analyzed_batch const analyzed{part_, forms_, poll_, on, copies, stats};
        term_counter counter{how_, on};
        std::optional<kept_rows> rows;
        counter.add(analyzed.parts(), [&](counted_batch const& counted) { rows.emplace(counted, on); }, on);
        auto const terms = arrange_columns(counter, term_identity::text, on);
        auto const targets = targets_of(terms);
        auto const there = to_device(view<std::uint32_t const>{targets}, on);
        maker_.add_up(rows->view(), there.view(), on, copies);
    }

private:
    buffer<std::uint32_t> targets_of(term_columns const& terms) const {
        auto const texts = terms.terms.terms.texts({device::cpu()});
        buffer<std::uint32_t> of_column;
        for (std::int64_t column = 0; column < texts.size(); ++column) {
            of_column.push_back(find_(texts[column]));
        }
        buffer<std::uint32_t> targets;
        for (auto const column : terms.columns) {
            targets.push_back(of_column[static_cast<std::size_t>(column)]);
        }
        return targets;
    }

    batch const& part_;
    analyzer_forms const& forms_;
    std::function<void()> poll_;
    analyzer const& how_;
    Find const& find_;
    matrix_maker<Value>& maker_;
};

template <class Value, class Find>
csr_matrix<Value> count_targets(corpus_view corpus, analyzer const& how, std::int64_t num_columns,
                                Find const& find, matrix_options<Value> const& options,
                                execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    analyzer_forms const forms{how, on};
    matrix_maker<Value> maker{num_columns, options, on};
    for_each_batch({stage, cut_rule::nowhere, term_counter::bytes_per_byte(how),
                    [&](batch const& part, stream const&, staging&) {
                        return std::make_unique<target_job<Value, Find>>(
                            part, forms, poll_at(stage, part.first, corpus, run), how, find, maker);
                    }},
                   corpus, run);
    return maker.take();
}

} // namespace

char const* missing(analyzer const& how) {
    return how.unit == ngram_unit::characters ? missing(how.form) : missing_to_read(tokens_of(how));
}

term_counts count_terms(corpus_view corpus, analyzer const& how, term_identity identity,
                        execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    term_counter counter{how, on};
    count_batches(corpus, how, counter, nullptr, run);
    auto columns = arrange_columns(counter, identity, on);
    if (columns.several_places) {
        // Only the rows can tell how many documents hold one n-gram of a term or another.
        auto const counted = count_rows(corpus, how, identity, run);
        counted->add_up(run);
        return counted->take_terms();
    }
    add_up_columns(columns, counter.counts(on), counter.document_counts(on));
    return std::move(columns.terms);
}

std::unique_ptr<counted_rows> count_rows(corpus_view corpus, analyzer const& how, term_identity identity,
                                         execution const& run) {
    device_guard const guard{run.device.index};
    stream const on{run.device.index};
    term_counter counter{how, on};
    std::vector<host_rows> rows;
    row_sink const keep = [&](counted_batch const& counted, stream const& of_batch, staging& copies) {
        rows.push_back(bring_home(counted, of_batch, copies));
    };
    count_batches(corpus, how, counter, &keep, run);
    return make_counted_rows(arrange_columns(counter, identity, on), std::move(rows), run.device.index);
}

template <class Value>
csr_matrix<Value> count(corpus_view corpus, analyzer const& how, term_index const& columns,
                        matrix_options<Value> const& options, execution const& run) {
    return count_targets<Value>(
        corpus, how, columns.size(),
        [&](std::string_view text) { return matrix_maker<Value>::target_of(columns.find(text), false); },
        options, run);
}

template <class Value>
csr_matrix<Value> count_hashed(corpus_view corpus, analyzer const& how, feature_hashing const& hashing,
                               matrix_options<Value> const& options, execution const& run) {
    auto const find = [&](std::string_view text) {
        auto const [column, negative] =
            element::hash_feature(text.data(), std::ssize(text), hashing.num_features);
        return matrix_maker<Value>::target_of(column, negative && hashing.alternate_sign);
    };
    return count_targets<Value>(corpus, how, hashing.num_features, find, options, run);
}

#define NEWSGPU_INSTANTIATE(VALUE) NEWSGPU_INSTANTIATE_COUNTS(corpus_view, VALUE)
NEWSGPU_FOR_COUNT_TYPES(NEWSGPU_INSTANTIATE)
#undef NEWSGPU_INSTANTIATE

} // namespace newsgpu::cuda
